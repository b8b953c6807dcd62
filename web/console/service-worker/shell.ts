/** The app's own files, kept by the browser: it starts without a network, and at once with one. */

/** Put in by the build: every file of the app. */
declare const SHELL: readonly string[];

const PREFIX = "foyer-shell ";

export interface ShellCache {
  fill(): Promise<void>;
  /** Forgets the files of earlier versions. */
  tidy(): Promise<void>;
  /** Null for what is not the app's. */
  answer(request: Request): Promise<Response> | null;
}

/** The files' names carry hashes of what is in them, so all names together name the version. */
export function shellCache(files: readonly string[] = SHELL, version = nameOf(files)): ShellCache {
  const name = PREFIX + version;
  const scope = new URL("./", location.href).href;
  return {
    async fill() {
      const cache = await caches.open(name);
      // Past the browser's own cache: index.html is the one file whose name stays as it changes.
      await cache.addAll(
        ["./", ...files.filter((file) => file !== "index.html")].map((file) => new Request(file, { cache: "reload" })),
      );
    },
    async tidy() {
      const names = await caches.keys();
      await Promise.all(names.filter((one) => one.startsWith(PREFIX) && one !== name).map((one) => caches.delete(one)));
    },
    answer(request) {
      const url = new URL(request.url);
      const own = url.href.startsWith(scope);
      if (request.method !== "GET" || !own) return null;
      const page = request.mode === "navigate";
      const path = page ? "./" : url.href.slice(scope.length).replace(/[?#].*$/, "");
      if (!page && !files.includes(path)) return null;
      return caches
        .open(name)
        .then((cache) => cache.match(page ? "./" : path))
        .then((kept) => kept ?? fetch(request));
    },
  };
}

function nameOf(files: readonly string[]): string {
  let sum = 0;
  for (const letter of files.join("\n")) sum = (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0;
  return (sum >>> 0).toString(36);
}

import type { Storage } from "../ports.js";

const VALUES = "values";

/** Keeps values in a browser's database of this name: one for each signed-in agent, one for a site's visitor. */
export function openIndexedDb(name: string): Storage {
  let opened: Promise<IDBDatabase> | undefined;
  const again = () => {
    opened = undefined;
  };
  const database = () => {
    if (!opened) {
      opened = open(name, again);
      // Whoever asks next may have more luck.
      opened.catch(again);
    }
    return opened;
  };

  async function run<T>(mode: IDBTransactionMode, ask: (values: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = (await database()).transaction(VALUES, mode);
    const request = ask(transaction.objectStore(VALUES));
    await new Promise<void>((resolve, reject) => {
      // The transaction's end, not the request's: only then is the value kept.
      transaction.oncomplete = () => {
        resolve();
      };
      transaction.onerror = transaction.onabort = () => {
        reject(transaction.error ?? new Error("aborted"));
      };
    });
    return request.result;
  }

  return {
    get: (key) => run<unknown>("readonly", (values) => values.get(key)),
    put: async (key, value) => {
      await run("readwrite", (values) => values.put(value, key));
    },
    delete: (key) => run("readwrite", (values) => values.delete(key)),
    list: async (prefix) => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const [keys, found] = await Promise.all([
        run("readonly", (values) => values.getAllKeys(range)),
        run<unknown[]>("readonly", (values) => values.getAll(range)),
      ]);
      return keys.map((key, place) => [key as string, found[place]]);
    },
  };
}

function open(name: string, closed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
    request.onsuccess = () => {
      request.result.onclose = closed;
      // Somebody wants to delete or upgrade it: a page that is still open must not stand in the way.
      request.result.onversionchange = () => {
        request.result.close();
        closed();
      };
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("cannot open"));
    };
  });
}

import type { Storage } from "../ports.js";

/** Keeps values until the process ends: for tests, and where there is nothing better. */
export function createMemoryStorage(): Storage {
  const values = new Map<string, string>();
  const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
  return {
    get: (key) => Promise.resolve(parsed(values.get(key))),
    put: (key, value) => {
      // As text, so that nobody who changes the value later changes what is kept.
      values.set(key, JSON.stringify(value));
      return Promise.resolve();
    },
    delete: (key) => {
      values.delete(key);
      return Promise.resolve();
    },
    list: (prefix) =>
      Promise.resolve(
        [...values.keys()]
          .filter((key) => key.startsWith(prefix))
          .sort()
          .map((key) => [key, parsed(values.get(key))]),
      ),
  };
}

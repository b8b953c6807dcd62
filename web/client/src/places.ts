/** The ports as browsers have them, and what stands in where something is missing: in React Native, in Node, in tests. */

import { openIndexedDb } from "./adapters/indexed-db.js";
import { createMemoryStorage } from "./adapters/memory-storage.js";
import type { Clock, Locks, Neighbours, Ports, Random, Reachability, Socket } from "./ports.js";

/** How long a tab waits for another one that does not let go: it may have been put to sleep in the midst of its work. */
const LOCK_WAIT = 20_000;

/** The ports of this place, with those that were handed in. `name` is that of the storage, and of what guards it. */
export function portsOf(given: Partial<Ports>, name: string): Ports {
  return {
    storage: given.storage ?? ("indexedDB" in globalThis ? openIndexedDb(name) : createMemoryStorage()),
    // A function of its own: called as a method of something else, a browser's `fetch` refuses.
    fetch: given.fetch ?? ((input, init) => fetch(input, init)),
    sockets: given.sockets ?? ((url) => new WebSocket(url) as unknown as Socket),
    clock: given.clock ?? systemClock,
    random: given.random ?? systemRandom,
    locks: given.locks ?? webLocks(name),
    neighbours: given.neighbours ?? tabs(name),
    reachability: given.reachability ?? browserReachability,
  };
}

const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

const systemRandom: Random = {
  fraction: () => Math.random(),
  uuid() {
    // Not `randomUUID`, which pages without HTTPS lack.
    const bytes = new Uint8Array(16);
    if ("crypto" in globalThis) crypto.getRandomValues(bytes);
    else bytes.forEach((_, place) => (bytes[place] = Math.random() * 256));
    const hex = Array.from(bytes, (byte, place) => {
      const marked = place === 6 ? (byte & 0x0f) | 0x40 : place === 8 ? (byte & 0x3f) | 0x80 : byte;
      return marked.toString(16).padStart(2, "0");
    }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
};

function webLocks(name: string): Locks {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  if (!locks) return (_, work) => work();
  return async (which, work) => {
    const waiting = new AbortController();
    const timer = setTimeout(() => {
      waiting.abort();
    }, LOCK_WAIT);
    try {
      return await locks.request(`${name} ${which}`, { signal: waiting.signal }, () => {
        clearTimeout(timer);
        return work();
      });
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
      return await work();
    } finally {
      clearTimeout(timer);
    }
  };
}

function tabs(name: string): Neighbours {
  if (!("BroadcastChannel" in globalThis)) return { tell: () => undefined, listen: () => () => undefined };
  let channel: BroadcastChannel | undefined;
  return {
    tell: () => channel?.postMessage(null),
    listen(heard) {
      channel = new BroadcastChannel(name);
      channel.onmessage = heard;
      return () => {
        channel?.close();
        channel = undefined;
      };
    },
  };
}

const browserReachability: Reachability = (changed) => {
  if (typeof addEventListener !== "function" || typeof removeEventListener !== "function") return () => undefined;
  const up = () => {
    changed(true);
  };
  const down = () => {
    changed(false);
  };
  addEventListener("online", up);
  addEventListener("offline", down);
  return () => {
    removeEventListener("online", up);
    removeEventListener("offline", down);
  };
};

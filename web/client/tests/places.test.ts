import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { portsOf } from "../src/places.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("where the browser has locks", () => {
  const locking = (request: (name: string, options: { signal: AbortSignal }, work: () => unknown) => unknown) => {
    vi.stubGlobal("navigator", { locks: { request } });
    return portsOf({}, "foyer").locks;
  };

  test("a piece of work is done under its own, named after the storage", async () => {
    const names: string[] = [];
    const locks = locking((name, _, work) => {
      names.push(name);
      return Promise.resolve(work());
    });
    expect(await locks("room a", () => Promise.resolve("done"))).toBe("done");
    expect(names).toEqual(["foyer room a"]);
  });

  test("a tab that never lets go, because it sleeps, is waited for so long and no longer", async () => {
    const locks = locking(
      (_, { signal }) =>
        new Promise((__, reject) => {
          signal.addEventListener("abort", () => {
            reject(new DOMException("waited", "AbortError"));
          });
        }),
    );
    const done = vi.fn();
    const work = locks("room a", () => Promise.resolve()).then(done);
    await vi.advanceTimersByTimeAsync(19_000);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    await work;
    expect(done).toHaveBeenCalledOnce();
  });

  test("work that fails fails, and is not done twice", async () => {
    const locks = locking((_, __, work) => Promise.resolve(work()));
    const work = vi.fn(() => Promise.reject(new Error("broken")));
    await expect(locks("room a", work)).rejects.toThrow("broken");
    expect(work).toHaveBeenCalledOnce();
  });
});

test("where there are no locks the work is simply done", async () => {
  vi.stubGlobal("navigator", undefined);
  expect(await portsOf({}, "foyer").locks("room a", () => Promise.resolve("done"))).toBe("done");
});

test("tabs of the same storage hear of each other's changes, others do not", async () => {
  vi.useRealTimers();
  const one = portsOf({}, "foyer one").neighbours;
  const other = portsOf({}, "foyer other").neighbours;
  const stranger = vi.fn();
  const heard = new Promise<void>((resolve) => {
    const ends = [
      portsOf({}, "foyer one").neighbours.listen(() => {
        resolve();
        for (const end of ends) end();
      }),
      one.listen(stranger),
      other.listen(stranger),
    ];
  });
  one.tell();
  await heard;
  expect(stranger).not.toHaveBeenCalled();
});

test("the browser's hints about its network are passed on until nobody listens", () => {
  const target = new EventTarget();
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
  const hints: boolean[] = [];
  const end = portsOf({}, "foyer").reachability((reachable) => hints.push(reachable));
  for (const type of ["offline", "online"]) target.dispatchEvent(new Event(type));
  end();
  target.dispatchEvent(new Event("offline"));
  expect(hints).toEqual([false, true]);
});

test("a place without any of a browser's globals still has every port", async () => {
  for (const name of ["indexedDB", "navigator", "BroadcastChannel", "crypto", "addEventListener"]) {
    vi.stubGlobal(name, undefined);
    Reflect.deleteProperty(globalThis, name);
  }
  const ports = portsOf({}, "foyer");
  await ports.storage.put("key", 1);
  expect(await ports.storage.get("key")).toBe(1);
  expect(ports.random.uuid()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  ports.reachability(() => undefined)();
  ports.neighbours.listen(() => undefined)();
  ports.neighbours.tell();
});

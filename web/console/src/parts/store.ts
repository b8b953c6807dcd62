/** Values that change, and components that follow them. */

import { useEffect, useReducer, useRef } from "preact/hooks";

export interface Subscribable {
  /** Calls back after each change; answers what ends it. */
  subscribe(listener: () => void): () => void;
}

export interface Store<Value> extends Subscribable {
  readonly value: Value;
  set(value: Value): void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What `read` answers, drawn anew whenever it answers another object; `read` must answer the same until it changes. */
export function useObserved<Value>(source: Subscribable, read: () => Value): Value {
  const [, redraw] = useReducer<number, undefined>((count) => count + 1, 0);
  const value = read();
  const latest = useRef({ value, read });
  latest.current = { value, read };
  useEffect(() => {
    const check = () => {
      if (!Object.is(latest.current.read(), latest.current.value)) redraw(undefined);
    };
    // Between the drawing and this effect something may have changed.
    check();
    return source.subscribe(check);
  }, [source]);
  return value;
}

export function useStore<Value>(store: Store<Value>): Value {
  return useObserved(store, () => store.value);
}

import { sameItems } from "./same-items.js";

/** Makes a value anew only when what it is made of has changed. */
export function remembering<Value>(): (madeOf: readonly unknown[], make: () => Value) => Value {
  let last: { madeOf: readonly unknown[]; value: Value } | undefined;
  return (madeOf, make) => {
    if (!last || !sameItems(last.madeOf, madeOf)) last = { madeOf, value: make() };
    return last.value;
  };
}

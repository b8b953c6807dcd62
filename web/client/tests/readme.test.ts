import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

test("the examples of the README are those that are type-checked", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example = ""]) => example);
  const checked = await readFile(new URL("examples.ts", import.meta.url), "utf8");
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(checked).toContain(example.trim());
});

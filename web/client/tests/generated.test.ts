import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { test } from "vitest";

test("the generated types are those of the documents", async () => {
  await promisify(execFile)(process.execPath, ["scripts/generate.mjs", "--check"]);
  // A process of its own, and a generator that takes seconds where others work too.
}, 60_000);

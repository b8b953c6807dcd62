/** What a refusal is called in the person's language. */

import { RefusedError } from "@foyer/client";

import type { Words } from "../words/words.js";

export function problemText(error: unknown, words: Words): string {
  if (!(error instanceof RefusedError)) return words.problems.unreachable;
  const known: Partial<Record<string, string>> = words.problems;
  return known[error.code ?? "other"] ?? words.problems.other;
}

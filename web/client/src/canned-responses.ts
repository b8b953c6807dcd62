/** Canned responses on the device: found without a network, filled in on insertion. */

import type { CannedResponse } from "./contract.js";

/**
 * The ones that fit what was typed, best first; all of them, by shortcut, for an empty text. Every word must begin a
 * word of the shortcut, the title, a tag or the body. The server's own search forgives more; this one needs no network.
 */
export function findCannedResponses(responses: readonly CannedResponse[], query: string): CannedResponse[] {
  const wanted = wordsOf(query);
  const typed = wanted.join("");
  return responses
    .map((response) => ({ response, score: scoreOf(response, wanted, typed) }))
    .filter(({ score }) => score > 0)
    .sort(
      (one, other) =>
        other.score - one.score ||
        compare(one.response.shortcut, other.response.shortcut) ||
        NARROW.indexOf(one.response.scope) - NARROW.indexOf(other.response.scope),
    )
    .map(({ response }) => response);
}

/** What the variables of a canned response stand for; what is missing is filled in with its fallback, or nothing. */
export interface CannedValues {
  visitor?: { name?: string | null; email?: string | null };
  agent?: { name?: string | null };
  department?: { name?: string | null };
}

/**
 * The body with its variables filled in; variables that are not known stay as they stand. Values are never expanded
 * again: a visitor who is called `{{agent.name}}` learns nothing.
 */
export function fillCannedResponse(body: string, values: CannedValues): string {
  const known: Record<string, string | null | undefined> = {
    "visitor.name": values.visitor?.name,
    "visitor.email": values.visitor?.email,
    "agent.name": values.agent?.name,
    "department.name": values.department?.name,
  };
  return body.replace(/\{\{\s*([\w.]+)\s*(?:\|([^{}]*))?\}\}/g, (whole, name: string, fallback: string | undefined) => {
    if (!Object.hasOwn(known, name)) return whole;
    const value = known[name];
    return value?.trim() ? value : (fallback ?? "").trim();
  });
}

/** Where two have the same shortcut, the narrower scope wins. */
const NARROW = ["agent", "department", "company"];

function scoreOf(response: CannedResponse, wanted: readonly string[], typed: string): number {
  if (!wanted.length) return 1;
  const shortcut = wordsOf(response.shortcut);
  if (shortcut.join("") === typed) return 1_000;
  const fields = [
    { words: shortcut, weight: 10 },
    { words: wordsOf(response.title), weight: 9 },
    { words: response.tags.flatMap(wordsOf), weight: 7 },
    { words: wordsOf(fillCannedResponse(response.body, {})), weight: 4 },
  ];
  let score = 0;
  for (const word of wanted) {
    const best = fields.find(({ words }) => words.some((one) => one.startsWith(word)));
    if (!best) return 0;
    score += best.weight + (best.words.includes(word) ? 1 : 0);
  }
  return score / wanted.length;
}

/** The words of a text without case and accents. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

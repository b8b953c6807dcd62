/** How people are shown. */

import type { AgentStatus } from "@foyer/client";

import { useWords, type Words } from "../words/words.js";

/** The letters of an avatar: of the first and the last word; a question mark for no name at all. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 0x3f).toLocaleUpperCase()).join("");
}

export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  return (
    <span class={small ? "avatar small" : "avatar"} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

export function Presence({ status }: { status: AgentStatus }) {
  const words = useWords();
  return (
    <>
      <span class="presence" data-status={status} aria-hidden="true" />
      <span class="visually-hidden">{words.status[status]}</span>
    </>
  );
}

export function visitorName(visitor: { name: string | null }, words: Words): string {
  return visitor.name ?? words.someVisitor;
}

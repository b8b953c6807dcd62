/** What was begun and not sent, per room, on this device. */

import type { PendingMessage } from "@foyer/client";

export interface Draft {
  text: string;
  kind: PendingMessage["kind"];
  /** The canned response that the text began with, if it did. */
  canned_response_id?: string;
}

const EMPTY: Draft = { text: "", kind: "message" };
const key = (roomId: string) => `foyer.draft ${roomId}`;

export function readDraft(roomId: string): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(localStorage.getItem(key(roomId)) ?? "{}") as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

export function keepDraft(roomId: string, draft: Draft): void {
  if (draft.text === "" && draft.kind === "message") localStorage.removeItem(key(roomId));
  else localStorage.setItem(key(roomId), JSON.stringify(draft));
}

/** For signing out: nobody else shall read them. */
export function forgetDrafts(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith("foyer.draft ")) localStorage.removeItem(name);
}

/** Commands as the outbox keeps them, how each door takes them, and what an answer means. */

import type { Problem } from "./contract.js";

export const OPEN = "room.open";

const PATHS: Record<string, string> = {
  "message.send": "messages",
  "note.add": "notes",
  "room.accept": "accept",
  "room.decline": "decline",
  "room.close": "close",
  "room.read": "read",
  "room.invite": "invite",
  "room.transfer": "transfer",
  "room.rate": "rating",
};
/** What goes by HTTPS alone. */
const BY_HTTPS = new Set([OPEN, "room.invite", "room.transfer", "room.rate"]);
const TO_BE_REPEATED = new Set([401, 408, 425, 429]);

/** One thing the person did. */
export interface Command {
  /** Names it for ever; for `room.read`, which takes none, only in the outbox. */
  readonly client_id: string;
  /** As on the socket; those that only HTTPS knows are called likewise. */
  readonly action: string;
  /** Empty while the room is only being opened. */
  readonly room_id: string;
  /** The body as JSON text: a retry repeats these very characters. */
  readonly body: string;
}

/** A door's answer; `body` is null for 204, and for what is no JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Seconds that the `Retry-After` header asks to wait. */
  readonly retryAfter?: number;
}

export function goesBySocket(command: Command): boolean {
  return !BY_HTTPS.has(command.action);
}

/** Where HTTPS takes it, under the path of the caller's rooms. */
export function pathOf(command: Command, rooms: string): string {
  return command.action === OPEN ? rooms : `${rooms}/${command.room_id}/${PATHS[command.action] ?? ""}`;
}

/** What the socket takes. */
export function frameOf(command: Command, requestId: string): string {
  const { action, room_id } = command;
  return JSON.stringify({ action, request_id: requestId, room_id, ...(JSON.parse(command.body) as object) });
}

/** What becomes of a command: it is `done`, `refused` for good, or to be given `again`, unchanged. */
export function meaningOf(answer: Answer): "done" | "refused" | "again" {
  if (answer.status >= 200 && answer.status < 300) return "done";
  return answer.status >= 500 || TO_BE_REPEATED.has(answer.status) ? "again" : "refused";
}

/** The milliseconds that a refusal for now asks to wait. */
export function wishedWait(answer: Answer): number {
  return 1_000 * (problemOf(answer).retry_after ?? answer.retryAfter ?? 0);
}

export function problemOf(answer: Answer): Partial<Problem> {
  return typeof answer.body === "object" && answer.body !== null ? answer.body : {};
}

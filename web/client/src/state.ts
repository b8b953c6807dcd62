/** What a client shows: immutable, replaced as a whole or in parts; a part that did not change stays the same object. */

import type {
  AgentStatus,
  CannedResponse,
  Counts,
  Event,
  Me,
  Problem,
  Summary,
  VisitorSummary,
  Writer,
} from "./contract.js";

/**
 * `offline`: no socket, and none is being opened just now. `connecting`: one is being opened, or what was missed is
 * being fetched. `online`: everything up to now is here, and what comes will arrive.
 */
export type Connection = "offline" | "connecting" | "online";

/**
 * An own message or note that is not in the log yet.
 *
 * `sending`: not answered yet, maybe not even sent (offline); it is repeated until it is. `sent`: stored; its event
 * takes its place in the same change that removes it from here. `failed`: refused for good, see `problem`; it waits
 * for `retry` or `discard`.
 */
export interface PendingMessage {
  readonly client_id: string;
  readonly kind: "message" | "note";
  readonly text: string;
  readonly state: "sending" | "sent" | "failed";
  /** How often it was tried in vain since the start; above 0 while `sending`, it is worth a word to the person. */
  readonly attempts: number;
  /** What the server said, while `failed`. */
  readonly problem: Partial<Problem> | null;
}

/** Somebody else who writes just now. */
export interface Typing {
  readonly participant: Writer;
  /** What a visitor wrote so far; agents alone are told. */
  readonly preview: string | null;
}

/** One room's log as it is shown: `events` in the order of their `seq`, then `pending` in the order written. */
export interface RoomLog {
  readonly events: readonly Event[];
  readonly pending: readonly PendingMessage[];
  readonly typing: readonly Typing[];
  /** Whether there are older events to load; true too for a log of which nothing is here yet. */
  readonly hasOlder: boolean;
  /** Whether `loadOlder` is under way. */
  readonly loading: boolean;
}

interface ClientState {
  readonly connection: Connection;
  /** Whether the server last refused the token: the person has to sign in again. */
  readonly unauthenticated: boolean;
  /** How many commands wait in the outbox, failed ones not counted. */
  readonly waiting: number;
}

export interface AgentState extends ClientState {
  /** Null until it was heard or found in the storage. */
  readonly me: Me | null;
  /** The inbox in the contract's order. `tabOf` and `counts` go with it. */
  readonly rooms: readonly Summary[];
  readonly counts: Counts;
  /** Colleagues' statuses by agent id, as far as they were heard or listed by `agents()`. */
  readonly statuses: Readonly<Record<string, AgentStatus>>;
  /** All that the agent may use, also offline; see `findCannedResponses`. */
  readonly cannedResponses: readonly CannedResponse[];
}

export interface VisitorState extends ClientState {
  /** Null until there is a session. */
  readonly visitorId: string | null;
  /** The visitor's rooms as far as known, newest first. */
  readonly rooms: readonly VisitorSummary[];
  /** The open room, else the newest; null while there is none, or while it is only being opened. */
  readonly room: VisitorSummary | null;
  /** The log of `room`; of a room that is only being opened, its pending first messages. */
  readonly log: RoomLog;
  /** A room is being opened: the command waits for its answer. */
  readonly opening: boolean;
}

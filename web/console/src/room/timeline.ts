/** A room's log as it is read: days, groups of messages by sender, notes, and what happened. */

import type { Actor, Event, Participant, PendingMessage, RoomLog } from "@foyer/client";

/** How an own message fares; `read` is the visitor's doing. */
export type Mark = "sending" | "waiting" | "sent" | "read" | "failed";

export interface Entry {
  /** The same while a pending message becomes a stored one. */
  key: string;
  text: string;
  /** Null as long as the server has not stored it. */
  at: string | null;
  seq: number | null;
  /** Null for what others wrote. */
  mark: Mark | null;
  pending: PendingMessage | null;
}

export interface Group {
  kind: "group";
  key: string;
  form: "message" | "note";
  author: Actor;
  mine: boolean;
  entries: Entry[];
}

export interface Happening {
  kind: "happening";
  key: string;
  event: Exclude<Event, { type: "message.sent" | "note.added" }>;
}

export type TimelineItem =
  { kind: "day"; key: string; at: string } | { kind: "unread"; key: string } | Group | Happening;

export interface TimelineView {
  myId: string;
  participants: readonly Participant[];
  /** The last `seq` that was read as the room was opened: the divider stands after it. Null shows none. */
  readBefore: number | null;
  /** Names a day by the device's calendar. */
  dayOf: (at: string) => string;
}

/** Messages of one sender closer than this stand in one group. */
const TOGETHER = 5 * 60_000;

export function timelineOf(log: Pick<RoomLog, "events" | "pending">, view: TimelineView): TimelineItem[] {
  const items: TimelineItem[] = [];
  const visitorRead = Math.max(0, ...view.participants.filter((one) => one.kind === "visitor").map((one) => one.read));
  let day: string | null = null;
  let group: Group | null = null;
  let last = 0;
  let divided = view.readBefore === null;

  const add = (form: Group["form"], author: Actor, mine: boolean, entry: Entry) => {
    const at = entry.at === null ? last : Date.parse(entry.at);
    const joins =
      group?.form === form &&
      group.author.kind === author.kind &&
      group.author.id === author.id &&
      at - last < TOGETHER;
    if (joins && group) group.entries.push(entry);
    else items.push((group = { kind: "group", key: entry.key, form, author, mine, entries: [entry] }));
    last = at;
  };

  for (const event of log.events) {
    const today = view.dayOf(event.at);
    if (today !== day) {
      items.push({ kind: "day", key: `day ${today}`, at: event.at });
      day = today;
      group = null;
    }
    const mine = event.actor.kind === "agent" && event.actor.id === view.myId;
    const written = event.type === "message.sent" || event.type === "note.added";
    if (!divided && event.seq > (view.readBefore ?? 0) && written && !mine) {
      items.push({ kind: "unread", key: "unread" });
      divided = true;
      group = null;
    }
    if (written) {
      add(event.type === "note.added" ? "note" : "message", event.actor, mine, {
        // Only one's own `client_id`s are sure to be one's own: others could repeat them.
        key: mine ? event.client_id : `event ${event.seq}`,
        text: event.data.text,
        at: event.at,
        seq: event.seq,
        mark: mine && event.type === "message.sent" ? (visitorRead >= event.seq ? "read" : "sent") : null,
        pending: null,
      });
    } else {
      items.push({ kind: "happening", key: `event ${event.seq}`, event });
      group = null;
    }
  }

  const me: Actor = { kind: "agent", id: view.myId, name: null };
  for (const pending of log.pending) {
    add(pending.kind, me, true, {
      key: pending.client_id,
      text: pending.text,
      at: null,
      seq: null,
      mark: pending.state === "sending" && pending.attempts > 0 ? "waiting" : pending.state,
      pending,
    });
  }
  return items;
}

/** What one device holds of its rooms and their logs: the contract's rules for frames and answers, pure. */

import type { AgentStatus, Events, Frame, Room, Summary, Sync } from "./contract.js";
import { EventLog, type Taken } from "./event-log.js";
import { sameItems } from "./same-items.js";

/** How many events of a room are fetched ahead where nothing of it is here yet. */
export const FIRST_EVENTS = 50;
/** How many closed rooms `/sync` lists at most. */
const LISTED_CLOSED = 100;

export interface Remembered<R extends Room> {
  rooms: R[];
  removed: Record<string, number>;
}

export class Mirror<R extends Room> {
  /** Whose device it is; undefined until that is known. */
  me: string | undefined;
  /** Summaries of the rooms that the list shows. */
  rooms = new Map<string, R>();
  /** Logs by room; those of rooms that left the list stay. */
  readonly logs = new Map<string, EventLog>();
  /** By room, the `seq` up to which summaries are stale. */
  removed = new Map<string, number>();
  /** Rooms of whose own `unread` only the server can tell how much it is now. */
  readonly doubtful = new Set<string>();

  /** A room's log, empty at first. */
  log(roomId: string): EventLog {
    let log = this.logs.get(roomId);
    if (!log) this.logs.set(roomId, (log = new EventLog()));
    return log;
  }

  /** The rooms of the list that lack something. */
  behind(): string[] {
    return [...this.rooms.keys()].filter((id) => this.logs.get(id)?.behind === true || this.doubtful.has(id));
  }

  /**
   * For the open rooms whose logs are worth following, up to which `seq` nothing is missing: what `/sync` is told. Of
   * a room that one takes part in and of which nothing is here, the newest events are asked for.
   */
  known(): Record<string, number> {
    const known: Record<string, number> = {};
    for (const [id, room] of this.rooms) {
      const { floor, through } = this.log(id);
      if (room.status === "closed") continue;
      if (floor !== undefined) known[id] = through;
      else if (this.takesPart(room)) known[id] = Math.max(0, room.seq - FIRST_EVENTS);
    }
    return known;
  }

  /** Likewise for those rooms, closed ones too, of which the summary says that events are missing. */
  lacking(): Record<string, number> {
    const lacking: Record<string, number> = {};
    const known = this.known();
    for (const [id, room] of this.rooms) {
      const { floor, through } = this.log(id);
      const seq = floor === undefined ? known[id] : through;
      if (seq !== undefined && (floor === undefined || through < room.seq)) lacking[id] = seq;
    }
    return lacking;
  }

  takesPart(room: Room): boolean {
    return room.participants.some((one) => one.id === this.me);
  }

  /** Takes a frame; one that is not understood changes nothing. */
  hear(frame: Frame): Taken | "other" {
    switch (frame.type) {
      case "room.event": {
        const log = this.log(frame.room_id);
        const taken = log.frame(frame.event, frame.prev);
        // The head may be ahead of this event: then there are more, which a lost frame must not hide.
        log.promise(frame.room.seq);
        this.summary(frame.room as R);
        return taken;
      }
      case "room.changed":
        this.summary(frame.room as R);
        break;
      case "room.removed":
        this.remove(frame.room_id, frame.seq);
        break;
      case "room.read":
        this.read(frame.room_id, frame.participant.id, frame.seq);
        break;
    }
    return "other";
  }

  /**
   * Takes what `/sync` answered.
   *
   * @param asked What it was told.
   * @param before The `seq` of each room of the list when it was asked; what was learnt since is not taken back.
   * @returns Rooms of which there is more to fetch, each with the `seq` after which to ask.
   */
  synced(asked: Record<string, number>, before: ReadonlyMap<string, number>, answer: Sync): Record<string, number> {
    const unfinished: Record<string, number> = {};
    for (const [id, page] of Object.entries(answer.events)) {
      const after = asked[id];
      if (after === undefined) continue;
      this.page(id, after, page);
      if (page.more) unfinished[id] = page.through;
    }
    for (const room of answer.inbox.rooms) {
      this.doubtful.delete(room.id);
      this.summary(room as R);
    }
    const listed = new Set(answer.inbox.rooms.map((room) => room.id));
    const closed = answer.inbox.rooms.filter((room) => room.status === "closed").length;
    for (const [id, seq] of before) {
      // All open rooms are listed and, below the limit, all closed ones: what is not has left the inbox.
      const beyond = closed >= LISTED_CLOSED && this.rooms.get(id)?.status === "closed";
      if (answer.removed.includes(id) || (!listed.has(id) && !beyond)) this.remove(id, seq);
    }
    return unfinished;
  }

  /** Takes a page that was asked for by `after`. */
  page(roomId: string, after: number, page: Events): void {
    const log = this.log(roomId);
    if (log.floor === undefined && page.events.length === 0 && after > 0) return;
    log.cover(after, Math.max(after, page.through), page.events);
  }

  /** Takes a page that was asked for by `before`, or the newest page. */
  olderPage(roomId: string, before: number | undefined, page: Events): void {
    const low = page.more ? page.through - 1 : 0;
    const high = before === undefined ? Math.max(low, ...page.events.map((one) => one.seq)) : before - 1;
    this.log(roomId).cover(low, high, page.events);
  }

  /** Takes a summary: the higher `seq` is newer, and read marks only ever move forward. */
  summary(room: R): void {
    const known = this.rooms.get(room.id);
    if (room.seq <= (this.removed.get(room.id) ?? 0)) return;
    if (known && room.seq < known.seq) {
      // Too old to say anything but how far somebody had read.
      this.#keep(known, room);
    } else if ("state" in room && room.state === null) {
      this.remove(room.id, room.seq);
    } else {
      this.#keep(room, known);
    }
  }

  /** The list no longer shows the room; summaries up to this `seq` are stale. */
  remove(roomId: string, seq: number): void {
    this.removed.set(roomId, Math.max(seq, this.removed.get(roomId) ?? 0));
    const room = this.rooms.get(roomId);
    if (room && room.seq <= seq) {
      this.rooms.delete(roomId);
      this.doubtful.delete(roomId);
    }
  }

  /** Somebody has read so far. */
  read(roomId: string, personId: string, seq: number): void {
    const room = this.rooms.get(roomId);
    if (room) this.#keep(room, { participants: [{ id: personId, read: seq }] });
  }

  /** Keeps the summary, with those of the other's read marks that are further. */
  #keep(room: R, other: { participants: readonly { id: string; read: number }[] } | undefined): void {
    const before = other && readOf(other, this.me);
    const mine = readOf(room, this.me);
    const participants = room.participants.map((one) => {
      const read = (other && readOf(other, one.id)) ?? 0;
      return read > one.read ? { ...one, read } : one;
    });
    let kept = sameItems(participants, room.participants) ? room : { ...room, participants };
    if (isSummary(kept) && before !== undefined && mine !== undefined && before > mine) {
      kept = { ...kept, ...this.#afterRead(kept, before) };
    }
    this.rooms.set(room.id, kept);
  }

  /** What follows from one's own mark being further than the server knew when it wrote the summary. */
  #afterRead(room: Summary, read: number): Pick<Summary, "held" | "state" | "unread"> {
    const log = this.log(room.id);
    let unread = room.unread;
    if (read >= room.seq) {
      unread = 0;
    } else if (log.floor !== undefined && log.floor <= read && log.through >= room.seq) {
      const counted = log.events.filter(
        ({ seq, type, actor }) => seq > read && seq <= room.seq && type === "message.sent" && actor.kind === "visitor",
      );
      unread = counted.length;
    } else {
      // What would have to be counted is not here.
      this.doubtful.add(room.id);
    }
    return { held: false, unread, state: stateOf(room, unread) };
  }
}

/** The state of a room that one takes part in (contract.md, "The inbox, exactly"). */
function stateOf(room: Summary, unread: number): Summary["state"] {
  if (room.status === "closed") return "closed";
  if (unread) return "waiting";
  return room.last_message?.from.kind === "agent" ? "answered" : "incoming";
}

function readOf(
  room: { participants: readonly { id: string; read: number }[] },
  id: string | undefined,
): number | undefined {
  return room.participants.find((one) => one.id === id)?.read;
}

function isSummary(room: Room): room is Summary {
  return "state" in room;
}

/** Colleagues' statuses with one of them changed. */
export function withStatus(
  statuses: Readonly<Record<string, AgentStatus>>,
  agentId: string,
  status: AgentStatus,
): Readonly<Record<string, AgentStatus>> {
  return statuses[agentId] === status ? statuses : { ...statuses, [agentId]: status };
}

/** A small server that keeps the contract where the client can tell, with a network that can be made bad. */

import type { Event, Events, Frame, Participant, Problem, Socket, Summary, VisitorSummary } from "../../src/index.js";
import type { FakeClock } from "./clock.js";

export interface Caller {
  kind: "agent" | "visitor";
  id: string;
  name: string;
}

interface AgentInRoom {
  id: string;
  read: number;
  held: boolean;
}

interface FakeRoom {
  id: string;
  visitor: Caller;
  events: Event[];
  agents: AgentInRoom[];
  visitorRead: number;
  offer: { seq: number; declined: Set<string> } | null;
  closedBy: "visitor" | "agent" | "system" | null;
  /** Whose inbox does not show it any more though it is closed. */
  tabClosed: Set<string>;
}

export interface FakeAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

type Data = Record<string, unknown>;

const HIDDEN = new Set(["note.added", "room.declined", "agent.invited", "room.transferred"]);

/** What becomes of a call: it is obeyed and answered, lost before or after, or answered with something else. */
export type Fate = "good" | "lost" | "answer lost" | FakeAnswer;

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  /** Whether nothing comes through any more although nobody said so. */
  dead = false;
  closed = false;
  readonly caller: Caller;
  readonly sent: Data[] = [];
  readonly #said: (text: string) => void;

  constructor(caller: Caller, said: (socket: FakeSocket, text: string) => void) {
    this.caller = caller;
    this.#said = (text) => {
      said(this, text);
    };
  }

  send(text: string): void {
    if (this.closed) throw new Error("closed");
    this.sent.push(JSON.parse(text) as Data);
    if (!this.dead) this.#said(text);
  }

  close(): void {
    this.closed = true;
  }

  /** The other end, or the network, ends it. */
  end(): void {
    if (this.closed) return;
    this.closed = true;
    this.onclose?.();
  }

  hear(frame: object): void {
    if (!this.closed && !this.dead) this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

export class FakeServer {
  readonly agents: Caller[] = ["ada", "ben"].map((id) => ({ kind: "agent", id, name: id }));
  readonly rooms = new Map<string, FakeRoom>();
  /** Every socket that was ever opened. */
  readonly sockets: FakeSocket[] = [];
  /** Every call that arrived: `POST /sync`. */
  readonly calls: string[] = [];
  /** Every body that arrived with it. */
  readonly bodies: string[] = [];
  /** What becomes of a call. */
  fate: (call: string) => Fate = () => "good";
  /** What becomes of a frame: whoever replaces this decides when, how often, and whether it is heard. */
  carry: (hear: () => void) => void = (hear) => {
    queueMicrotask(hear);
  };
  /** Whether sockets can be opened. */
  reachable = true;
  canned: { etag: string; responses: object[] } = { etag: '"1"', responses: [] };
  /** How long a new visitor session lasts. */
  sessionLasts = 30 * 24 * 3_600_000;

  readonly #clock: FakeClock;
  readonly #tickets = new Map<string, Caller>();
  readonly #visitors = new Map<string, Caller>();
  readonly #done = new Map<string, FakeAnswer & { said: string }>();
  #count = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  // --- The network ---

  readonly fetch = (async (input: string, init: RequestInit = {}) => {
    const [path = "", query] = input.replace("https://foyer.test/v1", "").split("?");
    const call = `${init.method ?? "GET"} ${path}`;
    const content = (init.body as string | undefined) ?? "";
    const headers = init.headers as Record<string, string>;
    const fate = this.reachable ? this.fate(call) : "lost";
    await Promise.resolve();
    if (fate === "lost") throw new TypeError("network");
    this.calls.push(call);
    this.bodies.push(content);
    const answer = typeof fate === "object" ? fate : this.#answer(call, content, new URLSearchParams(query), headers);
    if (fate === "answer lost") throw new TypeError("network");
    return new Response(answer.body === null ? null : JSON.stringify(answer.body), {
      status: answer.status,
      headers: { Date: new Date(this.#clock.true()).toUTCString(), ...answer.headers },
    });
  }) as typeof fetch;

  readonly open = (url: string): FakeSocket => {
    const caller = this.#tickets.get(url.split("ticket=")[1] ?? "");
    this.#tickets.delete(url.split("ticket=")[1] ?? "");
    if (!caller) throw new Error("no such ticket");
    const socket = new FakeSocket(caller, (from, text) => {
      this.#said(from, text);
    });
    this.sockets.push(socket);
    queueMicrotask(() => {
      if (this.reachable) socket.onopen?.();
      else socket.end();
    });
    return socket;
  };

  /** Sockets that are open and whose other end is heard. */
  get live(): FakeSocket[] {
    return this.sockets.filter((one) => !one.closed && !one.dead);
  }

  /** Everything ends, and nothing comes through. */
  cut(): void {
    this.reachable = false;
    for (const socket of this.live) socket.end();
  }

  mend(): void {
    this.reachable = true;
  }

  tell(caller: { id: string }, frame: Frame | object): void {
    for (const socket of this.live.filter((one) => one.caller.id === caller.id)) {
      this.carry(() => {
        socket.hear(frame);
      });
    }
  }

  // --- The doors ---

  token(caller: Caller): string {
    return `${caller.id}.0`;
  }

  #caller(token: string | undefined): Caller | undefined {
    const [id = ""] = (token ?? "").replace("Bearer ", "").split(".");
    return this.#visitors.get(id) ?? this.agents.find((one) => one.id === id);
  }

  /** The server forgets its visitors: their tokens are not valid any more. */
  forgetVisitors(): void {
    this.#visitors.clear();
  }

  #answer(call: string, content: string, query: URLSearchParams, headers: Record<string, string>): FakeAnswer {
    const caller = this.#caller(headers.Authorization);
    if (call === "POST /visitor/sessions") {
      const visitor: Caller = caller ?? { kind: "visitor", id: `visitor${++this.#count}`, name: "Vera" };
      this.#visitors.set(visitor.id, visitor);
      const expires_at = new Date(this.#clock.true() + this.sessionLasts).toISOString();
      return { status: 201, body: { visitor_id: visitor.id, token: `${visitor.id}.${++this.#count}`, expires_at } };
    }
    if (!caller) return problem(401, "unauthenticated");
    const body = (content ? JSON.parse(content) : {}) as Data;
    const match = /^(\w+) (?:\/visitor)?\/rooms\/([^/]+)(?:\/(\w+))?$/.exec(call);
    if (match) {
      const [, method, roomId = "", what = ""] = match;
      if (method === "POST") return this.#command(caller, roomId, ACTIONS[what] ?? what, body, content);
      const room = this.rooms.get(roomId);
      if (!room) return problem(404, "not_found");
      return { status: 200, body: what === "events" ? this.#page(room, caller, query) : this.summary(room, caller) };
    }
    switch (call) {
      case "POST /tickets":
      case "POST /visitor/tickets": {
        const ticket = `ticket${++this.#count}`;
        this.#tickets.set(ticket, caller);
        return { status: 201, body: { ticket, url: "wss://foyer.test", expires_at: "" } };
      }
      case "GET /me":
        return {
          status: 200,
          body: { ...caller, email: `${caller.id}@foyer.test`, status: "online", admin: false, departments: [] },
        };
      case "GET /visitor/rooms": {
        const mine = [...this.rooms.values()].filter((room) => room.visitor.id === caller.id).reverse();
        return { status: 200, body: { rooms: mine.map((room) => this.summary(room, caller)), next_cursor: null } };
      }
      case "POST /visitor/rooms":
        return this.#open(caller, body, content);
      case "POST /sync":
        return { status: 200, body: this.#sync(caller, body.rooms as Record<string, number>) };
      case "GET /canned-responses":
        if (headers["If-None-Match"] === this.canned.etag) return { status: 304, body: null };
        return {
          status: 200,
          body: { canned_responses: this.canned.responses, next_cursor: null },
          headers: { ETag: this.canned.etag },
        };
      default:
        return problem(404, "not_found");
    }
  }

  #said(socket: FakeSocket, text: string): void {
    const { action, request_id, room_id, ...body } = JSON.parse(text) as Data & { action: string };
    const respond = (frame: object) => {
      this.carry(() => {
        socket.hear(frame);
      });
    };
    if (action === "ping") {
      respond({ type: "pong", now: new Date(this.#clock.true()).toISOString() });
    } else if (typeof request_id === "string") {
      const { status, body: answer } = this.#command(
        socket.caller,
        room_id as string,
        action,
        body,
        JSON.stringify(body),
      );
      respond({ type: "response", request_id, status, body: answer });
    }
  }

  // --- Commands ---

  #open(caller: Caller, body: Data, said: string): FakeAnswer {
    const before = this.#done.get(`${caller.id} ${body.client_id as string}`);
    if (before) return before.said === said ? before : problem(409, "client_id_reused");
    const open = [...this.rooms.values()].find((one) => one.visitor.id === caller.id && !one.closedBy);
    if (open) return { ...problem(409, "room_open"), body: { code: "room_open", status: 409, room_id: open.id } };
    const room: FakeRoom = {
      id: `room${++this.#count}`,
      visitor: caller,
      events: [],
      agents: [],
      visitorRead: 0,
      offer: { seq: 1, declined: new Set() },
      closedBy: null,
      tabClosed: new Set(),
    };
    this.rooms.set(room.id, room);
    const clientId = body.client_id as string;
    const told = [this.#append(room, caller, "room.opened", { department_id: "general", page: body.page }, clientId)];
    if (body.text !== undefined) told.push(this.#append(room, caller, "message.sent", { text: body.text }, clientId));
    for (const tell of told) tell();
    this.#changed(room);
    const answer = { status: 201, body: this.summary(room, caller), said };
    this.#done.set(`${caller.id} ${clientId}`, answer);
    return answer;
  }

  /** Opens a room for a visitor who is no client of the test. */
  openFor(visitor: Caller, text?: string): string {
    const body = { client_id: `elsewhere${++this.#count}`, page: {}, ...(text !== undefined && { text }) };
    return (this.#open(visitor, body, JSON.stringify(body)).body as VisitorSummary).id;
  }

  /** A command of anybody, as one of the doors takes it; also for tests that play the others. */
  do(caller: Caller, roomId: string, action: string, body: Data = {}): FakeAnswer {
    const whole = { client_id: `elsewhere${++this.#count}`, ...body };
    return this.#command(caller, roomId, action, whole, JSON.stringify(whole));
  }

  #command(caller: Caller, roomId: string, action: string, body: Data, said: string): FakeAnswer {
    const room = this.rooms.get(roomId);
    if (!room) return problem(404, "not_found");
    const me = room.agents.find((one) => one.id === caller.id);
    if (action === "room.read") return this.#read(room, caller, me, body.seq as number);
    const clientId = body.client_id as string;
    const key = `${caller.id} ${clientId}`;
    const before = this.#done.get(key);
    if (before) return before.said === said ? before : problem(409, "client_id_reused");
    if (room.closedBy && action !== "room.close") return problem(409, "room_closed");
    const stored = (type: Event["type"], data: Data): FakeAnswer => {
      this.#append(room, caller, type, data, clientId)();
      return { status: 201, body: room.events.at(-1) };
    };
    let answer: FakeAnswer;
    switch (action) {
      case "message.send":
      case "note.add":
        if (caller.kind === "agent" && !me) return problem(403, "not_a_participant");
        if (me) {
          // A message reads everything up to its `after`.
          me.read = Math.max(me.read, (body.after as number | undefined) ?? 0);
          me.held = false;
        }
        answer = stored(action === "note.add" ? "note.added" : "message.sent", { text: body.text });
        break;
      case "room.accept":
        if (!me) {
          if (!room.offer) return { ...problem(409, "already_taken"), body: { code: "already_taken", taken_by: null } };
          const hold = body.hold === true;
          const { seq } = room.offer;
          const rest = this.agents.filter((one) => one !== caller && !room.offer?.declined.has(one.id));
          room.offer = null;
          room.agents.push({ id: caller.id, read: hold ? 0 : room.events.length + 1, held: hold });
          stored("room.accepted", { offer: seq, hold });
          for (const other of rest) this.#removed(room, other, "taken", caller);
        }
        answer = { status: 200, body: this.summary(room, caller) };
        break;
      case "room.decline":
        if (room.offer && !room.offer.declined.has(caller.id)) {
          room.offer.declined.add(caller.id);
          stored("room.declined", { offer: room.offer.seq });
          this.#removed(room, caller, "declined", caller);
        }
        answer = { status: 200, body: this.summary(room, caller) };
        break;
      case "room.close":
        answer = this.#close(room, caller, me, stored);
        break;
      default:
        return problem(422, "validation_failed");
    }
    this.#done.set(key, { ...answer, said });
    return answer;
  }

  #close(
    room: FakeRoom,
    caller: Caller,
    me: AgentInRoom | undefined,
    stored: (type: Event["type"], data: Data) => FakeAnswer,
  ): FakeAnswer {
    if (room.closedBy) {
      if (me && !room.tabClosed.has(me.id)) {
        room.tabClosed.add(me.id);
        this.#removed(room, caller, "closed", caller);
      }
    } else if (caller.kind === "visitor" || me) {
      const offered = room.offer ? this.agents.filter((one) => !room.offer?.declined.has(one.id)) : [];
      room.offer = null;
      room.closedBy = caller.kind;
      stored("room.closed", { closed_by: caller.kind, reason: "closed" });
      for (const agent of offered) this.#removed(room, agent, "closed", caller);
    } else {
      return problem(403, "not_a_participant");
    }
    return { status: 200, body: this.summary(room, caller) };
  }

  #read(room: FakeRoom, caller: Caller, me: AgentInRoom | undefined, seq: number): FakeAnswer {
    if (me) {
      me.read = Math.max(me.read, seq);
      me.held = false;
    } else if (caller.kind === "visitor") room.visitorRead = Math.max(room.visitorRead, seq);
    else return problem(403, "not_a_participant");
    const participant = { kind: caller.kind, id: caller.id };
    for (const one of this.#present(room)) this.tell(one, { type: "room.read", room_id: room.id, participant, seq });
    return { status: 204, body: null };
  }

  /** Appends an event; what it answers tells everybody, of the room as it is by then. */
  #append(room: FakeRoom, caller: Caller, type: string, data: Data, clientId: string | null): () => void {
    const event = {
      seq: room.events.length + 1,
      type,
      at: new Date(this.#clock.true()).toISOString(),
      actor: { ...caller },
      client_id: clientId,
      data,
    } as unknown as Event;
    room.events.push(event);
    return () => {
      for (const one of this.#present(room)) {
        if (!sees(one, event)) continue;
        const prev = room.events.filter((other) => other.seq < event.seq && sees(one, other)).at(-1)?.seq ?? 0;
        this.tell(one, { type: "room.event", room_id: room.id, event, prev, room: this.summary(room, one) });
      }
    };
  }

  /** Appends an event of a kind that no client knows yet. */
  sparkle(roomId: string): void {
    const room = this.rooms.get(roomId);
    if (room) this.#append(room, { kind: "agent", id: "ben", name: "ben" }, "room.sparkled", {}, null)();
  }

  #changed(room: FakeRoom): void {
    for (const agent of this.agents) {
      if (this.isOffered(room, agent)) this.tell(agent, { type: "room.changed", room: this.summary(room, agent) });
    }
  }

  #removed(room: FakeRoom, agent: Caller, reason: string, by: Caller): void {
    this.tell(agent, { type: "room.removed", room_id: room.id, seq: room.events.length, reason, by });
  }

  // --- What is true ---

  isOffered(room: FakeRoom, agent: Caller): boolean {
    return room.offer !== null && !room.offer.declined.has(agent.id);
  }

  #present(room: FakeRoom): Caller[] {
    return [room.visitor, ...this.agents.filter((one) => room.agents.some(({ id }) => id === one.id))];
  }

  /** A room as this caller's summary has it. */
  summary(room: FakeRoom, caller: Caller): Summary | VisitorSummary {
    const seen = room.events.filter((one) => sees(caller, one));
    const last = seen.filter((one) => one.type === "message.sent").at(-1);
    const closed = room.events.find((one) => one.type === "room.closed");
    const participants: Participant[] = [
      { kind: "visitor", id: room.visitor.id, name: room.visitor.name, read: room.visitorRead },
      ...room.agents.map(({ id, read }) => ({ kind: "agent" as const, id, name: id, read })),
    ];
    const common: VisitorSummary = {
      id: room.id,
      status: room.closedBy ? "closed" : room.agents.length ? "active" : "waiting",
      seq: seen.at(-1)?.seq ?? 0,
      department_id: "general",
      visitor: { id: room.visitor.id, name: room.visitor.name },
      participants,
      last_message:
        last?.type === "message.sent" ? { seq: last.seq, text: last.data.text, at: last.at, from: last.actor } : null,
      opened_at: room.events[0]?.at ?? "",
      changed_at: seen.at(-1)?.at ?? "",
      closed_at: closed?.at ?? null,
      closed_by: room.closedBy,
    };
    if (caller.kind === "visitor") return common;
    const me = room.agents.find((one) => one.id === caller.id);
    const unread = me
      ? room.events.filter(
          ({ seq, type, actor }) => seq > me.read && type === "message.sent" && actor.kind === "visitor",
        ).length
      : 0;
    const offered = this.isOffered(room, caller);
    const answered = common.last_message?.from.kind === "agent";
    const state = room.closedBy
      ? me && !room.tabClosed.has(me.id)
        ? "closed"
        : null
      : me
        ? unread
          ? "waiting"
          : answered
            ? "answered"
            : "incoming"
        : offered
          ? "waiting"
          : null;
    const offer =
      offered && room.offer
        ? { seq: room.offer.seq, kind: "department" as const, by: null, at: common.opened_at }
        : null;
    return { ...common, state, offer, held: me?.held ?? false, unread };
  }

  /** All that this caller's list shows, by id. */
  list(caller: Caller): Map<string, Summary | VisitorSummary> {
    const found = [...this.rooms.values()]
      .filter((room) => caller.kind === "agent" || room.visitor.id === caller.id)
      .map((room) => this.summary(room, caller))
      .filter((room) => !("state" in room) || room.state !== null);
    return new Map(found.map((room) => [room.id, room]));
  }

  /** A room's log as this caller may see it. */
  log(roomId: string, caller: Caller): Event[] {
    return this.rooms.get(roomId)?.events.filter((one) => sees(caller, one)) ?? [];
  }

  #page(room: FakeRoom, caller: Caller, query: URLSearchParams): Events {
    const limit = Number(query.get("limit") ?? 25);
    const after = query.get("after");
    const before = query.get("before");
    const all = room.events;
    const found =
      after !== null
        ? all.filter((one) => one.seq > Number(after)).slice(0, limit)
        : all
            .filter((one) => before === null || one.seq < Number(before))
            .slice(-limit)
            .reverse();
    const last = found.at(-1)?.seq;
    const through = last ?? (after !== null ? Math.min(Number(after), all.length) : Number(before ?? 1));
    const more = after !== null ? through < all.length : last !== undefined && through > 1;
    return { events: found.filter((one) => sees(caller, one)), through, more };
  }

  #sync(caller: Caller, known: Record<string, number>): object {
    const mine = this.list(caller);
    const events: Record<string, Events> = {};
    for (const [id, seq] of Object.entries(known)) {
      const all = this.rooms.get(id)?.events ?? [];
      if (!mine.has(id)) continue;
      const found = all.filter((one) => one.seq > seq).slice(0, 100);
      const through = found.at(-1)?.seq ?? all.length;
      events[id] = { events: found, through, more: through < all.length };
    }
    return {
      inbox: { rooms: [...mine.values()], counts: {} },
      events,
      removed: Object.keys(known).filter((id) => !mine.has(id)),
    };
  }
}

const ACTIONS: Record<string, string> = {
  messages: "message.send",
  notes: "note.add",
  accept: "room.accept",
  decline: "room.decline",
  close: "room.close",
  read: "room.read",
};

function sees(caller: Caller, event: Event): boolean {
  return caller.kind === "agent" || !HIDDEN.has(event.type);
}

function problem(status: number, code: Problem["code"]): FakeAnswer {
  return { status, body: { type: "about:blank", title: code, status, code } };
}

/** What an agent's device and a visitor's tab have in common: the parts, wired. */

import { type Answer, type Command, meaningOf, OPEN, problemOf } from "./commands.js";
import { Connection } from "./connection.js";
import type { Event, EventType, Events, Frame, Room, Ticket } from "./contract.js";
import { Gaps } from "./gaps.js";
import { bodyOf, type Call, Https, type HttpsAnswer, type Tokens } from "./https.js";
import type { Line } from "./line.js";
import { Mirror } from "./mirror.js";
import { News } from "./news.js";
import type { ClientOptions } from "./options.js";
import { Outbox } from "./outbox.js";
import { portsOf } from "./places.js";
import type { Ports } from "./ports.js";
import { DiscardedError, RefusedError } from "./problems.js";
import { Sender } from "./sender.js";
import { ServerTime } from "./server-time.js";
import { sameItems } from "./same-items.js";
import { Snapshot } from "./snapshot.js";
import type { Connection as ConnectionState, RoomLog } from "./state.js";
import { type Timings, TIMINGS } from "./timings.js";
import { OwnTyping, Typists } from "./typists.js";
import { Waits } from "./waits.js";

/** How many events one page holds. */
const OLDER_EVENTS = 50;
const MISSED_EVENTS = 100;

/** The events that are shown; others are of a newer server, and count for `prev` alone. */
const SHOWN: ReadonlySet<string> = new Set<EventType>([
  "agent.invited",
  "agent.left",
  "message.sent",
  "note.added",
  "room.accepted",
  "room.closed",
  "room.declined",
  "room.opened",
  "room.rated",
  "room.transferred",
  "room.unattended",
]);

/** A command that was refused for good. */
export interface Refusal {
  readonly action: string;
  readonly room_id: string;
  readonly error: RefusedError;
}

/** Whose client an engine drives, and what only that owner does. */
export interface Owner {
  kind: "agent" | "visitor";
  tokens: Tokens;
  /** Fulfils when it is known in whose name commands go out and what is shown is kept. */
  prepared(): Promise<void>;
  ticketBody(): object;
  opened?(line: Line): void;
  catchUp(): Promise<void>;
  heard?(frame: Frame): void;
  online?(): void;
}

interface Waiter {
  resolve(body: unknown): void;
  reject(error: Error): void;
}

export class Engine<R extends Room> {
  readonly ports: Ports;
  readonly timings: Timings;
  readonly news = new News();
  readonly mirror = new Mirror<R>();
  readonly time: ServerTime;
  readonly outbox: Outbox;
  readonly connection: Connection;
  readonly ownTyping: OwnTyping;
  readonly snapshot: Snapshot<R>;
  readonly waits: Waits;
  state: ConnectionState = "offline";
  unauthenticated = false;

  readonly #owner: Owner;
  readonly #door: string;
  readonly #https: Https;
  readonly #sender: Sender;
  readonly #gaps: Gaps;
  readonly #typists: Typists;
  readonly #waiters = new Map<string, Waiter>();
  readonly #refusals = new Set<(refusal: Refusal) => void>();
  readonly #views = new Map<string, RoomLog>();
  readonly #shown = new WeakMap<readonly Event[], readonly Event[]>();
  readonly #loading = new Map<string, Promise<void>>();
  #loaded: Promise<void> | undefined;
  #unlisten: (() => void)[] = [];

  constructor(options: ClientOptions, owner: Owner) {
    const name = `foyer ${owner.kind} ${options.apiUrl}`;
    const ports = (this.ports = portsOf(options, name));
    const timings = (this.timings = { ...TIMINGS, ...options.timings });
    const { clock, random, storage } = ports;
    const { changed } = this.news;
    this.#owner = owner;
    this.#door = owner.kind === "visitor" ? "/visitor" : "";
    this.time = new ServerTime(clock);
    this.waits = new Waits(clock);
    this.outbox = new Outbox(storage, ports.neighbours);
    this.outbox.changed = changed;
    this.snapshot = new Snapshot(storage, clock, timings.save, this.mirror);
    this.#https = new Https({
      apiUrl: options.apiUrl,
      fetch: ports.fetch,
      clock,
      time: this.time,
      limit: timings.call,
    });
    this.#https.authenticated = (good) => {
      if (this.unauthenticated === !good) return;
      this.unauthenticated = !good;
      changed();
    };
    this.#typists = new Typists(clock, timings.typing, changed);
    this.#gaps = new Gaps(clock, timings.gap, () => {
      // Without a socket everything is fetched when there is one again.
      if (this.connection.line) this.connection.catchUp().catch(() => undefined);
    });
    this.connection = new Connection({ sockets: ports.sockets, clock, random, time: this.time, timings }, this.waits, {
      ticket: async () => {
        await owner.prepared();
        return this.must<Ticket>("POST", `${this.#door}/tickets`, { content: JSON.stringify(owner.ticketBody()) });
      },
      opened: (line) => owner.opened?.(line),
      catchUp: async () => {
        const forgetSent = this.outbox.sentBefore();
        await owner.catchUp();
        this.learn(forgetSent);
      },
      heard: (frame) => {
        this.#hear(frame);
      },
      changed: (state) => {
        this.#became(state);
      },
    });
    this.#sender = new Sender({
      outbox: this.outbox,
      locks: ports.locks,
      random,
      timings,
      waits: this.waits,
      rooms: `${this.#door}/rooms`,
      prepared: () => owner.prepared(),
      line: () => this.connection.line,
      post: (path, content) => this.call("POST", path, { content }),
      answered: (command, answer) => this.#answered(command, answer),
    });
    this.ownTyping = new OwnTyping(clock, timings.typingRepeat, (room_id, typing, preview) => {
      this.connection.line?.say(
        JSON.stringify({ action: "room.typing", room_id, typing, ...(preview !== undefined && { preview }) }),
      );
    });
  }

  // --- Its life ---

  /** Reads the storage, once. */
  load(): Promise<void> {
    // A storage that cannot be read is as good as an empty one.
    return (this.#loaded ??= this.snapshot
      .load()
      .catch(() => undefined)
      .then(() => this.outbox.ready())
      .then(() => {
        this.learn(() => undefined);
      }));
  }

  start(): void {
    const { reachability, neighbours } = this.ports;
    this.#unlisten = [
      reachability((reachable) => {
        if (reachable) this.waits.hurry();
        this.connection.line?.probe();
      }),
      neighbours.listen(() => {
        void this.outbox.refresh();
      }),
    ];
    this.#sender.start();
  }

  async stop(): Promise<void> {
    for (const end of this.#unlisten.splice(0)) end();
    this.#sender.stop();
    this.connection.stop();
    this.#gaps.look([]);
    this.#typists.clear();
    await this.outbox.written();
    await this.snapshot.flush();
  }

  /** Forgets what is shown and what is to be sent: it is another's. */
  async clear({ butOpening = false } = {}): Promise<void> {
    this.snapshot.drop();
    this.mirror.rooms.clear();
    this.mirror.logs.clear();
    this.mirror.removed.clear();
    this.mirror.doubtful.clear();
    this.#views.clear();
    this.#gaps.look([]);
    this.#typists.clear();
    await this.outbox.clear({ butOpening });
    const { storage } = this.ports;
    const kept = (await storage.list("").catch(() => [])).map(([key]) => key);
    const over = kept.filter((key) => !(butOpening && key.startsWith("outbox/")));
    await Promise.allSettled(over.map((key) => storage.delete(key)));
    this.news.changed();
  }

  // --- Calls ---

  call(method: string, path: string, call?: Call): Promise<HttpsAnswer> {
    return this.#https.call(this.#owner.tokens, method, path, call);
  }

  must<Body>(method: string, path: string, call?: Call): Promise<Body> {
    return this.#https.must<Body>(this.#owner.tokens, method, path, call);
  }

  /** A call with another token, or with none. */
  mustAs<Body>(token: string | undefined, method: string, path: string, call?: Call): Promise<Body> {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return this.#https.must<Body>(undefined, method, path, { ...call, headers });
  }

  // --- Commands ---

  /** Keeps a command and sends it; fulfils with the answer's body. Nobody has to look at the promise. */
  give<Body>(action: string, roomId: string, body: object = {}): Promise<Body> {
    const clientId = this.ports.random.uuid();
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#waiters.set(clientId, { resolve, reject });
    });
    answered.catch(() => undefined);
    this.#add(clientId, action, roomId, { after: this.#lastSeq(roomId), ...body });
    return answered as Promise<Body>;
  }

  /** Sends a message or a note; answers its `client_id`. */
  write(action: string, roomId: string, body: object): string {
    const clientId = this.ports.random.uuid();
    this.ownTyping.sent();
    // What it answers is what was shown: an agent's message reads everything up to there.
    const after = roomId === "" || action === OPEN ? {} : { after: this.mirror.log(roomId).through };
    this.#add(clientId, action, roomId, { ...after, ...body });
    return clientId;
  }

  read(roomId: string): void {
    const { me } = this.mirror;
    const room = this.mirror.rooms.get(roomId);
    const seq = this.mirror.log(roomId).events.at(-1)?.seq ?? 0;
    const mine = room?.participants.find((one) => one.id === me);
    if (!mine || mine.read >= seq) return;
    this.learn(() => {
      this.mirror.read(roomId, mine.id, seq);
      this.outbox.addRead({
        client_id: this.ports.random.uuid(),
        action: "room.read",
        room_id: roomId,
        body: JSON.stringify({ seq }),
      });
    });
    this.#sender.soon(roomId);
  }

  retry(clientId: string): void {
    if (!this.outbox.retry(clientId)) return;
    for (const roomId of this.outbox.rooms()) this.#sender.soon(roomId);
  }

  discard(clientId: string): boolean {
    const discarded = this.outbox.discard(clientId);
    for (const { client_id } of discarded) this.#waiters.get(client_id)?.reject(new DiscardedError("discarded"));
    return discarded.length > 0;
  }

  retryNow(): void {
    this.waits.hurry();
  }

  readonly onRefused = (listener: (refusal: Refusal) => void): (() => void) => {
    this.#refusals.add(listener);
    return () => this.#refusals.delete(listener);
  };

  #add(client_id: string, action: string, room_id: string, body: object): void {
    this.outbox.add({ client_id, action, room_id, body: JSON.stringify({ client_id, ...body }) });
    this.#sender.soon(room_id);
  }

  /** The last `seq` that is known of a room, shown or not. */
  #lastSeq(roomId: string): number {
    return Math.max(this.mirror.log(roomId).through, this.mirror.rooms.get(roomId)?.seq ?? 0);
  }

  async #answered(command: Command, answer: Answer): Promise<void> {
    const { client_id, action, room_id } = command;
    const waiter = this.#waiters.get(client_id);
    this.#waiters.delete(client_id);
    if (meaningOf(answer) === "done") {
      await this.learn(async () => {
        this.#learnFrom(room_id, answer.body);
        const kept = this.outbox.done(client_id);
        if (action === OPEN) await this.#opened(answer.body as R);
        await kept;
      });
      waiter?.resolve(answer.body);
      return;
    }
    const problem = problemOf(answer);
    if (action === OPEN && problem.code === "room_open" && typeof problem.room_id === "string") {
      const kept = this.outbox.redirect(client_id, problem.room_id);
      this.#sender.soon(problem.room_id);
      await kept;
      await this.connection.catchUp().catch(() => undefined);
      return;
    }
    const error = new RefusedError(answer.status, problem);
    const refused = action === OPEN ? await this.outbox.refusedAll(problem) : [command];
    if (action !== OPEN) await this.outbox.refused(client_id, problem);
    for (const one of refused) {
      const other = one === command ? waiter : this.#waiters.get(one.client_id);
      this.#waiters.delete(one.client_id);
      other?.reject(error);
      if (!["message.send", "note.add", "room.read", OPEN].includes(one.action)) {
        for (const listener of [...this.#refusals]) listener({ action: one.action, room_id, error });
      }
    }
  }

  /** What an answer says of the room: a summary, or an event. */
  #learnFrom(roomId: string, body: unknown): void {
    if (typeof body !== "object" || body === null) return;
    if ("participants" in body) {
      const room = body as R;
      this.mirror.summary(room);
      if (this.mirror.takesPart(room)) this.mirror.log(room.id).promise(room.seq);
    } else if ("seq" in body && "type" in body) {
      const event = body as Event;
      // Its `prev` is not told, but lies before it; where that leaves a hole, the frame or a page closes it.
      this.mirror.log(roomId).frame(event, event.seq - 1);
    }
  }

  /** The room is there: nothing of its log is, and what waited for it can go. */
  async #opened(room: R): Promise<void> {
    const log = this.mirror.log(room.id);
    log.cover(0, 0, []);
    log.promise(room.seq);
    const assigned = this.outbox.assign(room.id);
    this.#sender.soon(room.id);
    await assigned;
  }

  // --- Receiving ---

  /** Changes what is shown, tells it at once, and looks what follows from it. */
  learn<T>(change: () => T): T {
    return this.news.together(() => {
      const result = change();
      this.outbox.settle((command) => this.#isShown(command));
      this.#gaps.look(this.mirror.behind());
      this.snapshot.touch();
      this.news.changed();
      return result;
    });
  }

  #hear(frame: Frame): void {
    if (frame.type === "room.typing") {
      this.#typists.heard(frame.room_id, frame.participant, frame.typing, frame.preview ?? null);
      return;
    }
    this.learn(() => {
      this.mirror.hear(frame);
      if (frame.type === "room.event" && frame.event.type === "message.sent" && frame.event.actor.id !== null) {
        this.#typists.over(frame.room_id, frame.event.actor.id);
      }
      this.#owner.heard?.(frame);
    });
  }

  #became(state: ConnectionState): void {
    if (this.state === state) return;
    this.state = state;
    this.news.changed();
    if (state !== "online") {
      this.#typists.clear();
      return;
    }
    // What was waiting for a better time: this is it.
    this.waits.hurry();
    this.#owner.online?.();
  }

  /** Fetches the rest of a log after `after`, where there was more than one answer could hold. */
  async pages(roomId: string, after: number): Promise<void> {
    for (let more = true; more;) {
      const path = `${this.#door}/rooms/${roomId}/events`;
      const answer = await this.call("GET", path, { query: { after, limit: MISSED_EVENTS } });
      // Taken away since it was listed; a frame or the next answer says so too.
      if (answer.status === 404) return;
      const page = bodyOf<Events>(answer);
      this.learn(() => {
        this.mirror.page(roomId, after, page);
      });
      more = page.more && page.through > after;
      after = page.through;
    }
  }

  /** Fetches the next older page, or the newest one; once for all who ask meanwhile. */
  loadOlder(roomId: string): Promise<void> {
    let loading = this.#loading.get(roomId);
    if (!loading) {
      loading = this.#older(roomId).finally(() => {
        this.#loading.delete(roomId);
        this.news.changed();
      });
      this.#loading.set(roomId, loading);
      this.news.changed();
    }
    return loading;
  }

  async #older(roomId: string): Promise<void> {
    await this.load();
    await this.#owner.prepared();
    const { floor } = this.mirror.log(roomId);
    if (floor === 0) return;
    const before = floor === undefined ? undefined : floor + 1;
    const page = await this.must<Events>("GET", `${this.#door}/rooms/${roomId}/events`, {
      query: { before, limit: OLDER_EVENTS },
    });
    this.learn(() => {
      this.mirror.olderPage(roomId, before, page);
    });
  }

  // --- What is shown ---

  log(roomId: string): RoomLog {
    const log = this.mirror.logs.get(roomId);
    const before = this.#views.get(roomId);
    const view: RoomLog = {
      events: log ? this.#known(log.events) : NOTHING,
      pending: same(
        before?.pending,
        this.outbox.shown(roomId, (command) => this.#isShown(command)),
      ),
      typing: same(before?.typing, this.#typists.in(roomId)),
      hasOlder: roomId !== "" && (log?.hasOlder ?? true),
      loading: this.#loading.has(roomId),
    };
    if (before && sameItems(Object.values(before), Object.values(view))) return before;
    this.#views.set(roomId, view);
    return view;
  }

  #known(events: readonly Event[]): readonly Event[] {
    let known = this.#shown.get(events);
    if (!known) {
      known = events.every(({ type }) => SHOWN.has(type)) ? events : events.filter(({ type }) => SHOWN.has(type));
      this.#shown.set(events, known);
    }
    return known;
  }

  #isShown(command: Command): boolean {
    return this.mirror.logs.get(command.room_id)?.holds(this.#owner.kind, command.client_id) === true;
  }
}

const NOTHING: readonly never[] = [];

/** The array that was there before if nothing in it is another. */
function same<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  return before && sameItems(before, now) ? before : now.length ? now : NOTHING;
}

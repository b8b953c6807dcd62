/** A visitor's tab: one chat at a time, and what came before. */

import { OPEN } from "./commands.js";
import type {
  Availability,
  OpeningPage,
  Session,
  SessionBody,
  Visitor,
  VisitorBody,
  VisitorRooms,
  VisitorSummary,
} from "./contract.js";
import { Engine } from "./engine.js";
import type { ClientOptions, Observable } from "./options.js";
import { remembering } from "./remembering.js";
import { VisitorSession } from "./session.js";
import type { RoomLog, VisitorState } from "./state.js";

export interface VisitorClientOptions extends ClientOptions {
  /** What is known of the visitor when a session begins. */
  profile?: SessionBody;
}

/**
 * One tab of a visitor. Tabs that share a storage share the session and the outbox.
 *
 * The session is started by the first thing that needs one and renewed by itself. Until then nothing is called: a
 * page that only shows the widget costs nothing.
 */
export interface VisitorClient extends Observable<VisitorState> {
  /**
   * Shows what the storage holds, takes up the outbox, and connects if a room is open. Fulfils once the storage was
   * read.
   */
  start(): Promise<void>;
  /** Disconnects and writes the snapshot. */
  stop(): Promise<void>;
  /** Stops, and empties the storage: the next start meets a stranger. */
  forget(): Promise<void>;
  /** Connects although no room is known to be open: call it as the visitor opens the panel, or came back to it. */
  wake(): void;

  /** Opens a room, with the first words or without; shown at once, sent when it can be. While one is open: `send`. */
  open(room: { page: OpeningPage; text?: string; department_id?: string }): void;
  /** Sends a message to the open room, or to the one being opened; answers its `client_id`. */
  send(text: string): string;
  retry(clientId: string): void;
  discard(clientId: string): boolean;
  /** Says that everything up to the newest event here was read. */
  read(): void;
  /** Call at each keystroke with the text so far, and with false when it is sent or gone. */
  typing(typing: boolean, preview?: string): void;
  /** Ends the chat. */
  close(): Promise<VisitorSummary>;
  /** 1 to 5, once, of the open room or the newest. */
  rate(score: number, comment?: string): Promise<VisitorSummary>;

  /** A room's log; `state.log` is that of `state.room`. */
  log(roomId: string): RoomLog;
  /** Fetches the next older page of a log. */
  loadOlder(roomId: string): Promise<void>;

  /** Whether anybody is there; needs no session. */
  availability(departmentId?: string): Promise<Availability>;
  /** Tells the name, the e-mail, the page that is read. Without a session it is kept for when there is one. */
  identify(profile: VisitorBody): Promise<Visitor | null>;

  /** Fetches what was missed. The client does so by itself whenever there is reason to. */
  sync(): Promise<void>;
  /** The server's time, milliseconds since 1970. */
  now(): number;
}

const ROOMS = 25;
/** With fewer events than this, a log that is shown is worth another page. */
const FEW = 20;

/** Makes a visitor's client; nothing happens before `start`. */
export function createVisitorClient(options: VisitorClientOptions): VisitorClient {
  let profile: SessionBody = options.profile ?? {};
  let starting: Promise<void> | undefined;
  let started = false;
  let woken = false;

  const engine: Engine<VisitorSummary> = new Engine<VisitorSummary>(options, {
    kind: "visitor",
    tokens: (refused) => session.token(refused),
    prepared: async () => {
      await session.token();
    },
    ticketBody: () => ({}),
    catchUp,
  });
  const { mirror, news, outbox, connection } = engine;
  const session = new VisitorSession({
    storage: engine.ports.storage,
    locks: engine.ports.locks,
    time: engine.time,
    profile: () => profile,
    start: (token, body) =>
      engine.mustAs<Session>(token, "POST", "/visitor/sessions", { content: JSON.stringify(body) }),
    // The first words to a new room are this visitor's, whoever the server takes them for.
    stranger: () => engine.clear({ butOpening: true }),
    changed() {
      mirror.me = session.visitorId;
      news.changed();
    },
  });
  const shownState = remembering<VisitorState>();
  const shownRooms = remembering<VisitorSummary[]>();

  async function catchUp(): Promise<void> {
    const { rooms } = await engine.must<VisitorRooms>("GET", "/visitor/rooms", { query: { limit: ROOMS } });
    engine.learn(() => {
      for (const room of rooms) mirror.summary(room);
    });
    const shown = current();
    for (const { id, seq, status } of rooms) {
      const log = mirror.log(id);
      if (id === shown?.id && log.hasOlder && log.events.length < FEW) await engine.loadOlder(id);
      log.promise(seq);
      // While it is open the log alone is the truth: the list may have been read from a copy that lags behind.
      if (log.behind || (log.floor !== undefined && status !== "closed")) await engine.pages(id, log.through);
    }
  }

  function rooms(): VisitorSummary[] {
    return shownRooms([...mirror.rooms.values()], () =>
      [...mirror.rooms.values()].sort((one, other) => (one.opened_at < other.opened_at ? 1 : -1)),
    );
  }

  function openRoom(): VisitorSummary | undefined {
    return rooms().find((room) => room.status !== "closed");
  }

  /** The room that is shown; none while another is being opened. */
  function current(): VisitorSummary | null {
    if (outbox.rooms().includes("") || engine.log("").pending.length) return null;
    return openRoom() ?? rooms()[0] ?? null;
  }

  /** Where a command goes: the open room, or the one being opened. */
  function place(): string {
    if (outbox.opening) return "";
    const room = openRoom();
    if (!room) throw new TypeError("no room is open");
    return room.id;
  }

  function connect(): void {
    if (started) connection.start();
  }

  const client: VisitorClient = {
    get state() {
      return shownState([news.version], () => {
        const room = current();
        return {
          connection: engine.state,
          unauthenticated: engine.unauthenticated,
          waiting: outbox.waiting,
          visitorId: session.visitorId ?? null,
          rooms: rooms(),
          room,
          log: engine.log(room?.id ?? ""),
          opening: outbox.opening,
        };
      });
    },
    subscribe: news.subscribe,

    start: () =>
      (starting ??= session
        .load()
        .then(() => engine.load())
        .then(() => {
          if (!starting) return;
          started = true;
          engine.start();
          if (woken || openRoom() || outbox.rooms().length) connect();
        })),
    async stop() {
      starting = undefined;
      started = false;
      await engine.stop();
    },
    async forget() {
      await client.stop();
      session.forget();
      woken = false;
      mirror.me = undefined;
      await engine.clear();
    },
    wake() {
      woken = true;
      connect();
      engine.retryNow();
      connection.line?.probe();
    },

    open({ page, text, department_id }) {
      engine.write(OPEN, "", {
        page,
        ...(text !== undefined && { text }),
        ...(department_id !== undefined && { department_id }),
      });
      connect();
    },
    send: (text) => engine.write("message.send", place(), { text }),
    retry: (clientId) => {
      engine.retry(clientId);
    },
    discard: (clientId) => engine.discard(clientId),
    read() {
      const room = current();
      if (room) engine.read(room.id);
    },
    typing(typing, preview) {
      const room = openRoom();
      if (room) engine.ownTyping.typing(room.id, typing, preview);
    },
    close: () => engine.give("room.close", place()),
    rate(score, comment) {
      const room = current();
      if (!room) throw new TypeError("there is no room to rate");
      return engine.give("room.rate", room.id, { score, ...(comment !== undefined && { comment }) });
    },

    log: (roomId) => engine.log(roomId),
    loadOlder: (roomId) => engine.loadOlder(roomId),

    availability: (department_id) =>
      engine.mustAs<Availability>(undefined, "GET", "/visitor/availability", { query: { department_id } }),
    async identify(body) {
      const { page, ...rest } = body;
      profile = { ...profile, ...rest };
      await session.load();
      if (session.visitorId === undefined) return null;
      return engine.must<Visitor>("PUT", "/visitor", { content: JSON.stringify(page ? body : rest) });
    },

    async sync() {
      await connection.catchUp();
    },
    now: () => engine.time.now(),
  };
  return client;
}

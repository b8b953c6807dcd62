/** An agent's device: the inbox, the logs, and every command. */

import type {
  AgentStatus,
  CannedResponse,
  CannedResponses,
  ChangedCannedResponse,
  Colleague,
  DepartmentOnline,
  Device,
  DeviceBody,
  Me,
  NewCannedResponse,
  RoomDetail,
  Rooms,
  Summary,
  Sync,
  Tab,
} from "./contract.js";
import { Engine, type Refusal } from "./engine.js";
import { bodyOf } from "./https.js";
import { countTabs, inInboxOrder } from "./inbox.js";
import { withStatus } from "./mirror.js";
import type { ClientOptions, Observable } from "./options.js";
import { remembering } from "./remembering.js";
import type { AgentState, RoomLog } from "./state.js";

export interface AgentClientOptions extends ClientOptions {
  /**
   * The agent's access token. Asked before every call, so it should come from memory while it is good; `refused` is
   * the token that the server has just refused, which must not be answered again if it can be helped.
   */
  tokens: (refused?: string) => Promise<string>;
  /** Names the install: pushes are held back from a device that is in the foreground. At most 64 characters. */
  deviceId?: string;
}

/**
 * One agent's device.
 *
 * Commands of a room are kept in the storage, sent one at a time in the order given, and repeated unchanged until
 * they are answered, also after a restart. Their promises fulfil with the answer, and reject with `RefusedError` when
 * the server refused for good; while there is no network they wait. Nobody has to await them, and after a restart
 * nobody can: `onRefused` is told in any case.
 */
export interface AgentClient extends Observable<AgentState> {
  /** Shows what the storage holds, connects, and takes up what the outbox holds. Fulfils once the storage was read. */
  start(): Promise<void>;
  /** Disconnects and writes the snapshot. The outbox stays; `start` takes it up again. */
  stop(): Promise<void>;
  /** Stops, and empties the storage: for signing out. What was not sent is lost; see `state.waiting`. */
  forget(): Promise<void>;
  /** Tries at once what waits for a better time: the person came back, or signed in. */
  retryNow(): void;
  /** Told of every command that was refused for good, but messages, notes and reads; answers what ends it. */
  readonly onRefused: (listener: (refusal: Refusal) => void) => () => void;

  /** A room's log: immutable, the same object until it changes. Empty for a room not known. */
  log(roomId: string): RoomLog;
  /** Fetches the next older page of a log, or the newest page if nothing of it is here: call it as a room is shown. */
  loadOlder(roomId: string): Promise<void>;
  /** The summary with the visitor's profile and earlier rooms. */
  room(roomId: string): Promise<RoomDetail>;
  /** A page of a tab from the server; what lies beyond the newest 100 closed rooms is found here alone. */
  page(tab: Tab, cursor?: string): Promise<Rooms>;

  /** Sends a message; it is in the log's `pending` when this returns. The answer is its `client_id`. */
  send(roomId: string, text: string, cannedResponseId?: string): string;
  /** Adds an internal note, likewise. */
  note(roomId: string, text: string): string;
  /** Gives a failed message once more, under the same `client_id`. */
  retry(clientId: string): void;
  /** Takes back a message that failed, or that was never tried. False if it was too late. */
  discard(clientId: string): boolean;

  /** Accepts the offer that the summary shows. Refused with `already_taken`, `problem.taken_by` says by whom. */
  accept(roomId: string): Promise<Summary>;
  hold(roomId: string): Promise<Summary>;
  decline(roomId: string): Promise<Summary>;
  invite(roomId: string, agentId: string): Promise<Summary>;
  transfer(roomId: string, to: { agent_id: string } | { department_id: string }): Promise<Summary>;
  /** Closes this agent's tab. */
  close(roomId: string): Promise<Summary>;
  /** Says that everything up to the newest event here was read; shown at once. Harmless to call at every chance. */
  read(roomId: string): void;
  /** Call at each keystroke, and with false when the text is sent or gone; it is told at most every three seconds. */
  typing(roomId: string, typing: boolean): void;

  /** The agent's own status, in all departments. */
  setStatus(status: AgentStatus): Promise<Me>;
  agents(): Promise<Colleague[]>;
  departments(): Promise<DepartmentOnline[]>;

  /** Looks whether the canned responses changed, and fetches them if so. Called by `start` too. */
  refreshCannedResponses(): Promise<void>;
  createCannedResponse(response: NewCannedResponse): Promise<CannedResponse>;
  changeCannedResponse(id: string, change: ChangedCannedResponse): Promise<CannedResponse>;
  deleteCannedResponse(id: string): Promise<void>;

  /** Registers this device for pushes; needs `deviceId`. */
  registerDevice(device: DeviceBody): Promise<Device>;
  unregisterDevice(): Promise<void>;
  /** Says whether the app is in the foreground; on the way there a socket that was silent is looked after. */
  setForeground(foreground: boolean): void;

  /** Fetches what was missed. The client does so by itself whenever there is reason to. */
  sync(): Promise<void>;
  /** Any other call of the API, with the token: `call("GET", "/admin/…")`. Rejects as the commands do. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The server's time, milliseconds since 1970, for "5 minutes ago": right also where the device's clock is not. */
  now(): number;
}

/** How many rooms `/sync` takes at once. */
const SYNC_ROOMS = 100;
const PAGE = 100;

interface CannedCache {
  etag: string | null;
  responses: CannedResponse[];
}

/** Makes an agent's client; nothing happens before `start`. One for each signed-in agent, on a storage of its own. */
export function createAgentClient(options: AgentClientOptions): AgentClient {
  let me: Me | null = null;
  let identified: Promise<void> | undefined;
  let starting: Promise<void> | undefined;
  let statuses: Readonly<Record<string, AgentStatus>> = {};
  let listedAgents = false;
  let foreground: boolean | undefined;
  let canned: CannedCache = { etag: null, responses: [] };

  const engine = new Engine<Summary>(options, {
    kind: "agent",
    tokens: options.tokens,
    prepared,
    ticketBody: () => (options.deviceId === undefined ? {} : { device_id: options.deviceId }),
    opened: tellForeground,
    catchUp,
    heard(frame) {
      if (frame.type === "agent.status") tookStatus(frame.agent_id, frame.status);
      // What the visitor wrote before is wanted next, maybe where there is no network.
      if (frame.type === "room.event" && frame.event.type === "room.accepted" && frame.event.actor.id === me?.id) {
        engine.loadOlder(frame.room_id).catch(() => undefined);
      }
    },
    online() {
      client.refreshCannedResponses().catch(() => undefined);
      if (listedAgents) client.agents().catch(() => undefined);
    },
  });
  const { mirror, news, outbox } = engine;
  const { storage } = engine.ports;
  const shownRooms = remembering<Summary[]>();
  const shownState = remembering<AgentState>();

  /** Asks once who this is: what was written in another's name must neither be shown nor be sent. */
  function prepared(): Promise<void> {
    return (identified ??= identify().catch((error: unknown) => {
      identified = undefined;
      throw error;
    }));
  }

  async function identify(): Promise<void> {
    const answer = await engine.must<Me>("GET", "/me");
    if (me && me.id !== answer.id) {
      canned = { etag: null, responses: [] };
      statuses = {};
      await engine.clear();
    }
    tookMe(answer);
  }

  function tookMe(answer: Me): void {
    me = answer;
    mirror.me = answer.id;
    statuses = withStatus(statuses, answer.id, answer.status);
    storage.put("me", answer).catch(() => undefined);
    engine.learn(() => undefined);
  }

  function tookStatus(agentId: string, status: AgentStatus): void {
    statuses = withStatus(statuses, agentId, status);
    if (me?.id === agentId && me.status !== status) me = { ...me, status };
  }

  function tellForeground(): void {
    if (foreground === undefined) return;
    engine.connection.line?.say(JSON.stringify({ action: "device.state", foreground }));
  }

  async function catchUp(): Promise<void> {
    await sync(mirror.known());
    // Rooms heard of only now, and closed ones that went on, which is rare: one more call for all of them.
    const lacking = mirror.lacking();
    if (Object.keys(lacking).length) await sync(lacking);
  }

  async function sync(known: Record<string, number>): Promise<void> {
    const ids = Object.keys(known);
    const unfinished: Record<string, number> = {};
    for (let start = 0; start === 0 || start < ids.length; start += SYNC_ROOMS) {
      const rooms = Object.fromEntries(ids.slice(start, start + SYNC_ROOMS).map((id) => [id, known[id] ?? 0]));
      const before = new Map([...mirror.rooms].map(([id, room]) => [id, room.seq]));
      const answer = await engine.must<Sync>("POST", "/sync", { content: JSON.stringify({ rooms }) });
      engine.learn(() => Object.assign(unfinished, mirror.synced(rooms, before, answer)));
    }
    for (const [id, after] of Object.entries(unfinished)) await engine.pages(id, after);
  }

  async function load(): Promise<void> {
    const [kept, responses] = await Promise.all([storage.get("me"), storage.get("canned")]).catch(() => []);
    if (kept && !me) {
      me = kept as Me;
      mirror.me = me.id;
    }
    if (responses) canned = responses as CannedCache;
    await engine.load();
  }

  async function tookCanned<Answer>(change: Promise<Answer>): Promise<Answer> {
    const answer = await change;
    client.refreshCannedResponses().catch(() => undefined);
    return answer;
  }

  const put = <Answer>(path: string, body: unknown) =>
    engine.must<Answer>("PUT", path, { content: JSON.stringify(body) });
  const ofOffer = (roomId: string) => {
    const offer = mirror.rooms.get(roomId)?.offer;
    return offer ? { offer: offer.seq } : {};
  };
  const device = () => {
    if (options.deviceId === undefined) throw new TypeError("a client without a deviceId has no device to register");
    return `/devices/${encodeURIComponent(options.deviceId)}`;
  };

  const client: AgentClient = {
    get state() {
      return shownState([news.version], () => {
        const rooms = shownRooms([...mirror.rooms.values()], () => inInboxOrder(mirror.rooms.values()));
        return {
          connection: engine.state,
          unauthenticated: engine.unauthenticated,
          waiting: outbox.waiting,
          me,
          rooms,
          counts: countTabs(rooms, me?.id ?? ""),
          statuses,
          cannedResponses: canned.responses,
        };
      });
    },
    subscribe: news.subscribe,

    start: () =>
      (starting ??= load().then(() => {
        // Stopped before it was read: then nothing begins.
        if (!starting) return;
        engine.start();
        engine.connection.start();
      })),
    async stop() {
      starting = undefined;
      await engine.stop();
    },
    async forget() {
      await client.stop();
      me = null;
      identified = undefined;
      canned = { etag: null, responses: [] };
      statuses = {};
      mirror.me = undefined;
      await engine.clear();
    },
    retryNow: () => {
      engine.retryNow();
    },
    onRefused: engine.onRefused,

    log: (roomId) => engine.log(roomId),
    loadOlder: (roomId) => engine.loadOlder(roomId),
    room: (roomId) => engine.must<RoomDetail>("GET", `/rooms/${roomId}`),
    page: (tab, cursor) => engine.must<Rooms>("GET", "/rooms", { query: { tab, cursor, limit: PAGE } }),

    send: (roomId, text, canned_response_id) =>
      engine.write("message.send", roomId, { text, ...(canned_response_id !== undefined && { canned_response_id }) }),
    note: (roomId, text) => engine.write("note.add", roomId, { text }),
    retry: (clientId) => {
      engine.retry(clientId);
    },
    discard: (clientId) => engine.discard(clientId),

    accept: (roomId) => engine.give("room.accept", roomId, ofOffer(roomId)),
    hold: (roomId) => engine.give("room.accept", roomId, { ...ofOffer(roomId), hold: true }),
    decline: (roomId) => engine.give("room.decline", roomId, ofOffer(roomId)),
    invite: (roomId, agent_id) => engine.give("room.invite", roomId, { agent_id }),
    transfer: (roomId, to) => engine.give("room.transfer", roomId, to),
    close: (roomId) => engine.give("room.close", roomId),
    read: (roomId) => {
      engine.read(roomId);
    },
    typing: (roomId, typing) => {
      engine.ownTyping.typing(roomId, typing);
    },

    async setStatus(status) {
      const answer = await put<Me>("/me/status", { status });
      tookMe(answer);
      return answer;
    },
    async agents() {
      const { agents } = await engine.must<{ agents: Colleague[] }>("GET", "/agents");
      listedAgents = true;
      engine.learn(() => {
        for (const { id, status } of agents) tookStatus(id, status);
      });
      return agents;
    },
    departments: async () =>
      (await engine.must<{ departments: DepartmentOnline[] }>("GET", "/departments")).departments,

    async refreshCannedResponses() {
      const path = "/canned-responses";
      const responses: CannedResponse[] = [];
      let etag: string | null = null;
      for (let cursor: string | null | undefined; cursor !== null;) {
        const first = cursor === undefined && canned.etag !== null;
        const answer = await engine.call("GET", path, {
          query: { limit: PAGE, cursor },
          headers: first && canned.etag ? { "If-None-Match": canned.etag } : {},
        });
        if (answer.status === 304) return;
        const page = bodyOf<CannedResponses>(answer);
        // Changed while its pages were read: what is here is of no one time, so the next look has to see it all.
        etag = cursor === undefined || etag === answer.etag ? answer.etag : null;
        responses.push(...page.canned_responses);
        cursor = page.next_cursor;
      }
      canned = { etag, responses };
      news.changed();
      await storage.put("canned", canned).catch(() => undefined);
    },
    createCannedResponse(response) {
      const content = JSON.stringify({ client_id: engine.ports.random.uuid(), ...response });
      return tookCanned(engine.must<CannedResponse>("POST", "/canned-responses", { content }));
    },
    changeCannedResponse: (id, change) => tookCanned(put<CannedResponse>(`/canned-responses/${id}`, change)),
    deleteCannedResponse: (id) => tookCanned(engine.must("DELETE", `/canned-responses/${id}`)),

    registerDevice: async (body) => put<Device>(device(), body),
    unregisterDevice: async () => engine.must("DELETE", device()),
    setForeground(now) {
      foreground = now;
      tellForeground();
      if (!now) return;
      engine.waits.hurry();
      engine.connection.line?.probe();
    },

    async sync() {
      await prepared();
      await engine.connection.catchUp();
    },
    call: (method, path, body) =>
      engine.must(method, path, body === undefined ? {} : { content: JSON.stringify(body) }),
    now: () => engine.time.now(),
  };
  return client;
}

/** An agent's client without a server, for tests and the demo: obeys at once, and can be made to be offline. */

import {
  countTabs,
  inInboxOrder,
  RefusedError,
  type AgentClient,
  type AgentState,
  type CannedResponse,
  type Colleague,
  type DepartmentOnline,
  type Event,
  type Me,
  type Refusal,
  type RoomDetail,
  type RoomLog,
  type Summary,
} from "@foyer/client";

export interface FakeData {
  me: Me;
  rooms: Summary[];
  logs: Record<string, Partial<RoomLog>>;
  details: Record<string, RoomDetail>;
  agents: Colleague[];
  departments: DepartmentOnline[];
  cannedResponses: CannedResponse[];
  now: number;
}

export interface FakeAgentClient extends AgentClient {
  /** What was called, in order: `accept room-1`. */
  readonly calls: string[];
  /** Changes what is shown, as news from the server would. */
  change(part: Partial<AgentState>): void;
  changeRoom(room: Summary): void;
  changeLog(roomId: string, part: Partial<RoomLog>): void;
  /** The next command is refused for good. */
  refuseNext(error: RefusedError): void;
}

const EMPTY: RoomLog = { events: [], pending: [], typing: [], hasOlder: false, loading: false };

export function createFakeAgentClient(data: FakeData): FakeAgentClient {
  const listeners = new Set<() => void>();
  const refusals = new Set<(refusal: Refusal) => void>();
  const logs = new Map(Object.entries(data.logs).map(([id, part]) => [id, { ...EMPTY, ...part }]));
  const calls: string[] = [];
  let refusal: RefusedError | null = null;
  let made = 0;
  const me = data.me;
  const rooms = inInboxOrder(data.rooms);
  let state: AgentState = {
    connection: "online",
    unauthenticated: false,
    waiting: 0,
    me,
    rooms,
    counts: countTabs(rooms, me.id),
    statuses: Object.fromEntries(data.agents.map((one) => [one.id, one.status])),
    cannedResponses: data.cannedResponses,
  };

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const change = (part: Partial<AgentState>) => {
    state = { ...state, ...part };
    if (part.rooms) state = { ...state, counts: countTabs(part.rooms, me.id) };
    tell();
  };
  const changeRoom = (room: Summary) => {
    change({ rooms: inInboxOrder([...state.rooms.filter((one) => one.id !== room.id), room]) });
  };
  const roomOf = (roomId: string): Summary => {
    const room = state.rooms.find((one) => one.id === roomId);
    if (!room) throw new RefusedError(404, { code: "not_found" });
    return room;
  };
  const logOf = (roomId: string) => logs.get(roomId) ?? EMPTY;
  const changeLog = (roomId: string, part: Partial<RoomLog>) => {
    logs.set(roomId, { ...logOf(roomId), ...part });
    tell();
  };
  const refused = (action: string, roomId: string): Promise<never> | null => {
    if (refusal === null) return null;
    const error = refusal;
    refusal = null;
    for (const listener of refusals) listener({ action, room_id: roomId, error });
    return Promise.reject(error);
  };
  const time = () => new Date(data.now).toISOString();
  const actor = () => ({ kind: "agent" as const, id: me.id, name: me.name });
  const append = (roomId: string, event: Pick<Event, "type" | "data">, clientId = `fake-${++made}`): number => {
    const room = roomOf(roomId);
    const seq = room.seq + 1;
    const stored = { ...event, seq, at: time(), actor: actor(), client_id: clientId } as Event;
    logs.set(roomId, { ...logOf(roomId), events: [...logOf(roomId).events, stored] });
    return seq;
  };
  const answered = (action: string, roomId: string, obey: (room: Summary) => Summary): Promise<Summary> => {
    calls.push(`${action} ${roomId}`);
    const no = refused(action, roomId);
    if (no) return no;
    const room = obey(roomOf(roomId));
    if (room.state === null) change({ rooms: state.rooms.filter((one) => one.id !== roomId) });
    else changeRoom(room);
    return Promise.resolve(room);
  };
  const taken = (room: Summary, hold: boolean): Summary => ({
    ...room,
    seq: append(room.id, { type: "room.accepted", data: { offer: room.offer?.seq ?? 1, hold } }),
    status: "active",
    state: hold ? "waiting" : "incoming",
    held: hold,
    offer: null,
    unread: hold ? room.unread : 0,
    changed_at: time(),
    participants: [...room.participants, { kind: "agent", id: me.id, name: me.name, read: room.seq }],
  });
  const write = (roomId: string, kind: "message" | "note", text: string): string => {
    const clientId = `fake-${++made}`;
    calls.push(`${kind} ${roomId} ${text}`);
    if (state.connection !== "online") {
      const pending = { client_id: clientId, kind, text, state: "sending" as const, attempts: 1, problem: null };
      changeLog(roomId, { pending: [...logOf(roomId).pending, pending] });
      change({ waiting: state.waiting + 1 });
      return clientId;
    }
    const type = kind === "note" ? "note.added" : "message.sent";
    const seq = append(roomId, { type, data: { text } }, clientId);
    const room = roomOf(roomId);
    const last = kind === "note" ? room.last_message : { seq, text, at: time(), from: actor() };
    changeRoom({
      ...room,
      seq,
      changed_at: time(),
      last_message: last,
      state: kind === "note" ? room.state : "answered",
    });
    return clientId;
  };
  const nothing = () => Promise.resolve();

  return {
    calls,
    change,
    changeRoom,
    changeLog,
    refuseNext: (error) => {
      refusal = error;
    },
    get state() {
      return state;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRefused: (listener) => {
      refusals.add(listener);
      return () => refusals.delete(listener);
    },
    start: nothing,
    stop: nothing,
    forget: nothing,
    sync: nothing,
    retryNow: () => calls.push("retryNow"),
    log: logOf,
    loadOlder: (roomId) => {
      calls.push(`loadOlder ${roomId}`);
      return Promise.resolve();
    },
    room: (roomId) => {
      const detail = data.details[roomId];
      return detail ? Promise.resolve(detail) : Promise.reject(new RefusedError(404, { code: "not_found" }));
    },
    page: (tab) => {
      calls.push(`page ${tab}`);
      return Promise.resolve({ rooms: [], counts: state.counts, next_cursor: null });
    },
    send: (roomId, text) => write(roomId, "message", text),
    note: (roomId, text) => write(roomId, "note", text),
    retry: (clientId) => calls.push(`retry ${clientId}`),
    discard: (clientId) => {
      calls.push(`discard ${clientId}`);
      return true;
    },
    accept: (roomId) => answered("accept", roomId, (room) => taken(room, false)),
    hold: (roomId) => answered("hold", roomId, (room) => taken(room, true)),
    decline: (roomId) => answered("decline", roomId, (room) => ({ ...room, offer: null, state: null })),
    invite: (roomId, agentId) => answered(`invite ${agentId}`, roomId, (room) => room),
    transfer: (roomId, to) => answered(`transfer ${Object.values(to).join()}`, roomId, (room) => room),
    close: (roomId) => answered("close", roomId, (room) => ({ ...room, status: "closed", state: null })),
    read: (roomId) => {
      const room = state.rooms.find((one) => one.id === roomId);
      if (!room || room.unread === 0) return;
      calls.push(`read ${roomId}`);
      changeRoom({ ...room, unread: 0, held: false, state: "incoming" });
    },
    typing: (roomId, typing) => calls.push(`typing ${roomId} ${typing}`),
    setStatus: (status) => {
      calls.push(`setStatus ${status}`);
      const changed = { ...(state.me ?? me), status };
      change({ me: changed });
      return Promise.resolve(changed);
    },
    agents: () => Promise.resolve(data.agents),
    departments: () => Promise.resolve(data.departments),
    refreshCannedResponses: nothing,
    createCannedResponse: (response) => {
      calls.push(`createCannedResponse ${response.shortcut}`);
      const no = refused("createCannedResponse", "");
      if (no) return no;
      const stored: CannedResponse = {
        ...response,
        id: `canned-${++made}`,
        tags: response.tags ?? [],
        scope: response.scope ?? "agent",
        version: 1,
        updated_at: time(),
      };
      change({ cannedResponses: [...state.cannedResponses, stored] });
      return Promise.resolve(stored);
    },
    changeCannedResponse: (id, changed) => {
      calls.push(`changeCannedResponse ${id}`);
      const no = refused("changeCannedResponse", "");
      if (no) return no;
      const before = state.cannedResponses.find((one) => one.id === id);
      if (!before) return Promise.reject(new RefusedError(404, { code: "not_found" }));
      const after: CannedResponse = {
        ...before,
        ...changed,
        tags: changed.tags ?? [],
        scope: changed.scope ?? "agent",
      };
      change({ cannedResponses: state.cannedResponses.map((one) => (one.id === id ? after : one)) });
      return Promise.resolve(after);
    },
    deleteCannedResponse: (id) => {
      calls.push(`deleteCannedResponse ${id}`);
      change({ cannedResponses: state.cannedResponses.filter((one) => one.id !== id) });
      return Promise.resolve();
    },
    registerDevice: (device) => {
      calls.push(`registerDevice ${device.platform}`);
      return Promise.resolve({ id: "device", platform: device.platform, locale: device.locale ?? null });
    },
    unregisterDevice: () => {
      calls.push("unregisterDevice");
      return Promise.resolve();
    },
    setForeground: (foreground) => calls.push(`setForeground ${foreground}`),
    call: () => Promise.reject(new RefusedError(404, { code: "not_found" })),
    now: () => data.now,
  };
}

import { describe, expect, test } from "vitest";

import { createMemoryStorage, type RefusedError } from "../src/index.js";
import type { Caller } from "./fakes/server.js";
import { Place, shown } from "./fakes/place.js";

async function onDuty() {
  const place = new Place();
  const storage = createMemoryStorage();
  const client = place.agent("ada", storage);
  await client.start();
  await place.clock.pass(2_000);
  const [, ben] = place.server.agents as [Caller, Caller];
  return { place, clock: place.clock, server: place.server, storage, client, ben };
}

/** Ada on duty, with a room that she accepted. */
async function inARoom(text = "Do you ship to Norway?") {
  const duty = await onDuty();
  const { caller, roomId } = duty.place.stranger(text);
  await duty.clock.pass(10);
  void duty.client.accept(roomId);
  await duty.clock.pass(10);
  return { ...duty, vera: caller, roomId };
}

describe("the inbox", () => {
  test("shows a room as it is offered, and lets go of it when another takes it", async () => {
    const { place, clock, server, client, ben } = await onDuty();
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    expect(client.state.rooms.map(({ id, state }) => [id, state])).toEqual([[roomId, "waiting"]]);
    expect(client.state.counts).toEqual({ all: 1, active: 0, waiting: 1, closed: 0 });

    server.do(ben, roomId, "room.accept");
    await clock.pass(10);
    expect(client.state.rooms).toEqual([]);
  });

  test("loses what left it while the device was away", async () => {
    const { place, clock, server, client, ben } = await onDuty();
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    server.cut();
    server.do(ben, roomId, "room.accept");
    server.mend();
    await clock.pass(5_000);
    expect(client.state.rooms).toEqual([]);
  });

  test("and its logs are there at the next start, before any network is", async () => {
    const { place, clock, server, client, storage, roomId } = await inARoom();
    client.send(roomId, "We do.");
    await clock.pass(2_000);
    await client.stop();
    server.cut();

    const next = place.agent("ada", storage);
    await next.start();
    expect(next.state.me?.id).toBe("ada");
    expect(next.state.rooms).toEqual(client.state.rooms);
    await clock.pass(1_000);
    expect(next.state.connection).not.toBe("online");
    expect(shown(next.log(roomId))).toEqual(["Do you ship to Norway?", "We do."]);
  });

  test("of one agent is neither shown to another nor is anything sent in the other's name", async () => {
    const { place, clock, server, client, storage, roomId } = await inARoom();
    server.cut();
    client.send(roomId, "Written by Ada.");
    await clock.pass(1_000);
    await client.stop();
    server.mend();

    const other = place.agent("ben", storage);
    await other.start();
    await clock.pass(60_000);
    expect(other.state.me?.id).toBe("ben");
    expect(other.state.rooms).toEqual([]);
    expect(server.rooms.get(roomId)?.events.map(({ type }) => type)).not.toContain("note.added");
    expect(server.rooms.get(roomId)?.events.length).toBe(3);
  });
});

describe("a log", () => {
  test("of a room that is only offered opens with its newest page and grows towards its beginning", async () => {
    const { place, clock, server, client } = await onDuty();
    const { caller, roomId } = place.stranger("0");
    for (let count = 1; count < 120; count++) server.do(caller, roomId, "message.send", { text: String(count) });
    await clock.pass(10);
    expect(client.log(roomId)).toMatchObject({ events: [], hasOlder: true });

    void client.loadOlder(roomId);
    expect(client.log(roomId).loading).toBe(true);
    await clock.pass(10);
    expect(shown(client.log(roomId))).toEqual(Array.from({ length: 50 }, (_, place) => String(70 + place)));

    await client.loadOlder(roomId);
    await client.loadOlder(roomId);
    expect(client.log(roomId)).toMatchObject({ hasOlder: false, loading: false });
    expect(shown(client.log(roomId)).length).toBe(120);
    const before = server.calls.length;
    await client.loadOlder(roomId);
    expect(server.calls.length).toBe(before);
  });

  test("of a room that one is in is fetched ahead at the start, its newest events", async () => {
    const { place, clock, server, client, vera, roomId } = await inARoom("0");
    for (let count = 1; count < 120; count++) server.do(vera, roomId, "message.send", { text: String(count) });
    await clock.pass(10);
    await client.stop();
    const fresh = place.agent("ada");
    await fresh.start();
    await clock.pass(2_000);
    expect(shown(fresh.log(roomId)).length).toBe(50);
    expect(shown(fresh.log(roomId)).at(-1)).toBe("119");
  });

  test("that missed more than one answer holds is fetched to its end", async () => {
    const { clock, server, client, vera, roomId } = await inARoom("0");
    server.cut();
    for (let count = 1; count < 350; count++) server.do(vera, roomId, "message.send", { text: String(count) });
    server.mend();
    await clock.pass(5_000);
    expect(shown(client.log(roomId)).length).toBe(350);
  });

  test("shows notes among the messages, and an own note as pending until it is stored", async () => {
    const { clock, client, roomId } = await inARoom();
    client.note(roomId, "Regular customer");
    expect(client.log(roomId).pending).toMatchObject([{ kind: "note", text: "Regular customer", state: "sending" }]);
    await clock.pass(10);
    expect(client.log(roomId).events.at(-1)?.type).toBe("note.added");
    expect(client.log(roomId).pending).toEqual([]);
  });
});

describe("commands", () => {
  test("accepting fulfils with the summary, and names the offer that was shown", async () => {
    const { place, clock, server, client } = await onDuty();
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    const accepted = client.accept(roomId);
    await clock.pass(10);
    expect((await accepted).state).toBe("incoming");
    expect(client.state.rooms[0]?.state).toBe("incoming");
    const frame = server.sockets.flatMap(({ sent }) => sent).find(({ action }) => action === "room.accept");
    expect(frame).toMatchObject({ offer: 1, after: 2 });
  });

  test("a refusal rejects, and is told to whoever listens", async () => {
    const { place, clock, server, client, ben } = await onDuty();
    const refusals: string[] = [];
    client.onRefused(({ action, error }) => refusals.push(`${action} ${error.code ?? ""}`));
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    server.carry = () => undefined;
    server.do(ben, roomId, "room.accept");
    server.carry = (hear) => {
      hear();
    };
    const accepted = client.accept(roomId).catch((error: unknown) => (error as RefusedError).code);
    await clock.pass(6_000);
    expect(await accepted).toBe("already_taken");
    expect(refusals).toEqual(["room.accept already_taken"]);
  });

  test("given without a network they are carried out later, in order, also by the next start", async () => {
    const { place, clock, server, client, storage } = await onDuty();
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    server.cut();
    void client.accept(roomId);
    client.send(roomId, "Here I am.");
    void client.close(roomId);
    await clock.pass(1_000);
    expect(client.state.waiting).toBe(3);
    await client.stop();
    server.mend();

    const next = place.agent("ada", storage);
    await next.start();
    await clock.pass(10_000);
    expect(server.rooms.get(roomId)?.events.map(({ type }) => type)).toEqual([
      "room.opened",
      "message.sent",
      "room.accepted",
      "message.sent",
      "room.closed",
    ]);
    expect(next.state.waiting).toBe(0);
    expect(next.state.counts).toEqual({ all: 1, active: 0, waiting: 0, closed: 1 });
  });

  test("a held room counts what is unread until it is read, which shows at once", async () => {
    const { place, clock, client } = await onDuty();
    const { roomId } = place.stranger("Anybody?");
    await clock.pass(10);
    void client.hold(roomId);
    await clock.pass(10);
    expect(client.state.rooms[0]).toMatchObject({ held: true, unread: 1, state: "waiting" });
    await client.loadOlder(roomId);
    client.read(roomId);
    expect(client.state.rooms[0]).toMatchObject({ held: false, unread: 0, state: "incoming" });
  });

  test("a token that was refused is asked for anew, and who stays refused is told to sign in", async () => {
    const place = new Place();
    const asked: (string | undefined)[] = [];
    let token = "old.0";
    const client = place.agentWith((refused) => {
      asked.push(refused);
      return Promise.resolve(token);
    });
    await client.start();
    await place.clock.pass(100);
    expect(client.state.unauthenticated).toBe(true);
    expect(asked.slice(0, 2)).toEqual([undefined, "old.0"]);

    token = "ada.0";
    client.retryNow();
    await place.clock.pass(100);
    expect(client.state).toMatchObject({ unauthenticated: false, connection: "online" });
  });

  test("the foreground is told at once and again on each new socket", async () => {
    const { clock, server, client } = await onDuty();
    client.setForeground(true);
    for (const socket of server.live) socket.end();
    await clock.pass(2_000);
    const told = server.sockets.map(({ sent }) => sent.filter(({ action }) => action === "device.state").length);
    expect(told).toEqual([1, 1]);
  });
});

test("canned responses are kept for times without a network and fetched only when they changed", async () => {
  const { place, clock, server, client, storage } = await onDuty();
  const hello = { id: "1", shortcut: "hello", title: "Hello", body: "Hello!", tags: [], scope: "company", version: 1 };
  server.canned = { etag: '"2"', responses: [hello] };
  await client.refreshCannedResponses();
  expect(client.state.cannedResponses).toEqual([hello]);
  server.canned = { etag: '"2"', responses: [] };
  await client.refreshCannedResponses();
  expect(client.state.cannedResponses).toEqual([hello]);

  await client.stop();
  server.cut();
  const next = place.agent("ada", storage);
  await next.start();
  await clock.pass(10);
  expect(next.state.cannedResponses).toEqual([hello]);
});

test("a colleague's status is heard", async () => {
  const { clock, server, client } = await onDuty();
  server.tell({ id: "ada" }, { type: "agent.status", agent_id: "ben", status: "away" });
  await clock.pass(10);
  expect(client.state.statuses).toEqual({ ada: "online", ben: "away" });
});

test("signed out, nothing is left on the device", async () => {
  const { client, storage } = await inARoom();
  await client.forget();
  expect(client.state).toMatchObject({ me: null, rooms: [], waiting: 0, connection: "offline" });
  expect(await storage.list("")).toEqual([]);
});

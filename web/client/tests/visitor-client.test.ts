import { describe, expect, test } from "vitest";

import { createMemoryStorage, type Ports, type RoomLog } from "../src/index.js";
import { PAGE, Place, type Power, shown } from "./fakes/place.js";

async function chatting({ power, ...more }: Partial<Ports> & { power?: Power } = {}) {
  const place = new Place();
  const storage = createMemoryStorage();
  const client = place.visitor(storage, { ...(power && place.powered(storage, power)), ...more });
  await client.start();
  client.open({ page: PAGE, text: "Do you ship to Norway?" });
  await place.clock.pass(2_000);
  const roomId = client.state.room?.id ?? "";
  const [ada, ben] = place.server.agents;
  if (!ada || !ben) throw new Error("nobody there");
  return { place, clock: place.clock, server: place.server, storage, client, roomId, ada, ben };
}

describe("opening", () => {
  test("a page that only shows the widget calls nothing", async () => {
    const place = new Place();
    const client = place.visitor();
    await client.start();
    await place.clock.pass(60_000);
    expect(place.server.calls).toEqual([]);
    expect(client.state).toMatchObject({ connection: "offline", visitorId: null, room: null, opening: false });
  });

  test("the first words show at once and become the room's first message", async () => {
    const place = new Place();
    const client = place.visitor();
    await client.start();

    client.open({ page: PAGE, text: "Do you ship to Norway?" });
    expect(client.state).toMatchObject({ opening: true, room: null });
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway? (sending)"]);

    await place.clock.pass(2_000);
    expect(client.state).toMatchObject({ opening: false, connection: "online", waiting: 0 });
    expect(client.state.room?.status).toBe("waiting");
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?"]);
    expect(client.state.log.hasOlder).toBe(false);
  });

  test("what is written while the room is being opened follows it in order", async () => {
    const place = new Place();
    place.server.cut();
    const client = place.visitor();
    await client.start();
    client.open({ page: PAGE, text: "one" });
    client.send("two");
    client.send("three");
    await place.clock.pass(10_000);
    expect(shown(client.state.log)).toEqual(["one (sending)", "two (sending)", "three (sending)"]);

    place.server.mend();
    await place.clock.pass(60_000);
    expect(shown(client.state.log)).toEqual(["one", "two", "three"]);
    expect(client.state.log.pending).toEqual([]);
  });

  test("words meant for a new room go to the one that another tab opened meanwhile", async () => {
    const { place, clock, storage, client, roomId } = await chatting();
    const other = place.visitor(storage);
    await other.start();
    await clock.pass(1_000);

    other.open({ page: PAGE, text: "And to Sweden?" });
    await clock.pass(2_000);

    for (const tab of [client, other]) {
      expect(tab.state.room?.id).toBe(roomId);
      expect(shown(tab.state.log)).toEqual(["Do you ship to Norway?", "And to Sweden?"]);
    }
  });

  test("a room that may not be opened leaves the words to be tried again or taken back", async () => {
    const place = new Place();
    const client = place.visitor();
    await client.start();
    place.server.fate = (call) =>
      call === "POST /visitor/rooms" ? { status: 422, body: { code: "validation_failed" } } : "good";
    client.open({ page: PAGE, text: "one" });
    client.send("two");
    await place.clock.pass(1_000);
    expect(shown(client.state.log)).toEqual(["one (failed)", "two (failed)"]);
    expect(client.state.log.pending[0]?.problem).toEqual({ code: "validation_failed" });

    place.server.fate = () => "good";
    client.retry(client.state.log.pending[0]?.client_id ?? "");
    await place.clock.pass(2_000);
    expect(shown(client.state.log)).toEqual(["one", "two"]);
  });
});

describe("sending", () => {
  test("a message is never missing and never twice on its way from sending to stored", async () => {
    const { clock, client } = await chatting();
    const seen: string[][] = [];
    client.subscribe(() => seen.push(shown(client.state.log)));

    client.send("And to Sweden?");
    await clock.pass(2_000);

    expect(new Set(seen.map((one) => one.filter((text) => text.includes("Sweden")).length))).toEqual(new Set([1]));
    expect(seen.at(-1)).toEqual(["Do you ship to Norway?", "And to Sweden?"]);
  });

  test("it goes by the socket while that is up, and by HTTPS while it is not", async () => {
    const { clock, server, client, roomId } = await chatting();
    const path = `POST /visitor/rooms/${roomId}/messages`;
    client.send("by socket");
    await clock.pass(100);
    expect(server.calls).not.toContain(path);

    server.fate = (call) => (call.endsWith("/tickets") ? "lost" : "good");
    for (const socket of server.live) socket.end();
    client.send("by HTTPS");
    await clock.pass(3_000);
    expect(server.calls).toContain(path);
    expect(server.log(roomId, { kind: "agent", id: "ada", name: "ada" }).length).toBe(4);
  });

  test("a lost answer makes a repeat with the very same body, stored once", async () => {
    const { clock, server, client, roomId } = await chatting();
    server.fate = (call) => (call.endsWith("/tickets") ? "lost" : "good");
    for (const socket of server.live) socket.end();
    let lost = 2;
    server.fate = (call) => (call.endsWith("/messages") && lost-- > 0 ? "answer lost" : "good");
    const before = server.bodies.length;

    client.send("Once?");
    await clock.pass(30_000);

    const bodies = server.bodies.slice(before).filter((one) => one.includes("Once?"));
    expect(new Set(bodies).size).toBe(1);
    expect(shown(client.state.log).filter((one) => one.startsWith("Once?"))).toEqual(["Once?"]);
    expect(server.rooms.get(roomId)?.events.length).toBe(3);
  });

  test("Retry-After is honoured, however much of a hurry there is", async () => {
    const { clock, server, client } = await chatting();
    server.cut();
    server.mend();
    server.fate = (call) =>
      call.endsWith("/messages") ? { status: 429, body: { code: "rate_limited", retry_after: 20 } } : "good";
    client.send("patience");
    await clock.pass(100);
    const tried = () => server.calls.filter((call) => call.endsWith("/messages")).length;
    expect(tried()).toBe(1);

    client.wake();
    await clock.pass(19_000);
    expect(tried()).toBe(1);
    expect(client.state.log.pending[0]).toMatchObject({ state: "sending", attempts: 1 });

    server.fate = () => "good";
    await clock.pass(5_000);
    expect(client.state.log.pending).toEqual([]);
  });

  test("a refused message waits to be tried again or taken back, and holds up no other", async () => {
    const { clock, server, client, roomId, storage, place } = await chatting();
    server.cut();
    server.mend();
    server.fate = (call) =>
      call.endsWith("/messages") ? { status: 422, body: { code: "validation_failed" } } : "good";
    const refused = client.send("too odd");
    await clock.pass(100);
    server.fate = () => "good";
    client.send("fine");
    await clock.pass(2_000);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?", "fine", "too odd (failed)"]);

    // It is still there, and still failed, after a restart.
    await client.stop();
    const next = place.visitor(storage);
    await next.start();
    expect(shown(next.log(roomId))).toEqual(["Do you ship to Norway?", "fine", "too odd (failed)"]);
    expect(next.discard(refused)).toBe(true);
    expect(shown(next.log(roomId))).toEqual(["Do you ship to Norway?", "fine"]);
  });

  test("what was written without a network is sent after the app was killed and started again", async () => {
    const power = { on: true };
    const { clock, server, client, storage, place, roomId } = await chatting({ power });
    await clock.pass(2_000);
    server.cut();
    client.send("written on a train");
    await clock.pass(500);
    power.on = false;
    const next = place.visitor(storage);
    await next.start();
    expect(next.state.connection).not.toBe("online");
    expect(shown(next.state.log)).toEqual(["Do you ship to Norway?", "written on a train (sending)"]);

    server.mend();
    await clock.pass(60_000);
    expect(shown(next.state.log)).toEqual(["Do you ship to Norway?", "written on a train"]);
    expect(server.rooms.get(roomId)?.events.length).toBe(3);
  });

  test("two tabs deliver what both hold only once, and both show it once", async () => {
    const place = new Place();
    const tabs = place.tabs();
    const { clock, server } = place;
    const storage = createMemoryStorage();
    const one = place.visitor(storage, tabs);
    await one.start();
    one.open({ page: PAGE, text: "hello" });
    await clock.pass(2_000);
    server.cut();
    one.send("from the first tab");
    await clock.pass(100);
    const two = place.visitor(storage, tabs);
    await two.start();
    const room = two.state.room?.id ?? "";
    two.send("from the second");
    expect(shown(two.state.log)).toEqual(["hello", "from the first tab (sending)", "from the second (sending)"]);

    server.mend();
    const before = server.bodies.length;
    await clock.pass(60_000);

    for (const tab of [one, two])
      expect(shown(tab.log(room))).toEqual(["hello", "from the first tab", "from the second"]);
    const bySocket = server.sockets.flatMap(({ sent }) =>
      sent.filter(({ action }) => action === "message.send"),
    ).length;
    const byHttps = server.bodies.slice(before).filter((body) => body.includes("from the")).length;
    expect(bySocket + byHttps).toBe(2);
    await two.stop();
    expect(await storage.list("outbox/")).toEqual([]);
  });
});

describe("receiving", () => {
  test("events show in the order of the log, whatever the order of the frames", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    const held: (() => void)[] = [];
    server.carry = (hear) => held.push(hear);
    server.do(ada, roomId, "room.accept");
    server.do(ada, roomId, "message.send", { text: "We do." });
    server.do(ada, roomId, "message.send", { text: "By ship." });
    for (const hear of held.reverse()) hear();
    await clock.pass(10);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?", "We do.", "By ship."]);
    expect(client.state.room?.status).toBe("active");
  });

  test("a hole gets a second to close by itself, and is fetched then", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    server.do(ada, roomId, "room.accept");
    await clock.pass(10);
    server.carry = () => undefined;
    server.do(ada, roomId, "message.send", { text: "lost" });
    server.carry = (hear) => {
      hear();
    };
    server.do(ada, roomId, "message.send", { text: "heard" });
    const events = `GET /visitor/rooms/${roomId}/events`;
    const before = server.calls.filter((call) => call === events).length;
    await clock.pass(990);
    expect(server.calls.filter((call) => call === events).length).toBe(before);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?"]);

    await clock.pass(20);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?", "lost", "heard"]);
  });

  test("events of kinds not known are not shown, and leave no hole", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    server.do(ada, roomId, "room.accept");
    server.sparkle(roomId);
    server.do(ada, roomId, "message.send", { text: "We do." });
    for (const socket of server.live) socket.hear({ type: "room.sparkled", room_id: roomId });
    const before = server.calls.length;
    await clock.pass(5_000);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?", "We do."]);
    expect(client.state.log.events.map(({ type }) => type as string)).not.toContain("room.sparkled");
    expect(server.calls.length).toBe(before);
  });

  test("typing lapses after six seconds, and ends with what was typed", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    server.do(ada, roomId, "room.accept");
    const typing = { type: "room.typing", room_id: roomId, participant: { ...ada }, typing: true };
    server.tell({ id: client.state.visitorId ?? "" }, typing);
    await clock.pass(5_900);
    expect(client.state.log.typing).toEqual([{ participant: { ...ada }, preview: null }]);
    await clock.pass(200);
    expect(client.state.log.typing).toEqual([]);

    server.tell({ id: client.state.visitorId ?? "" }, typing);
    server.do(ada, roomId, "message.send", { text: "We do." });
    await clock.pass(10);
    expect(client.state.log.typing).toEqual([]);
  });

  test("one's own typing is told at most every three seconds, and once more when it ends", async () => {
    const { clock, server, client } = await chatting();
    const told = () => server.sockets.flatMap(({ sent }) => sent.filter(({ action }) => action === "room.typing"));
    for (const text of ["H", "He", "Hel"]) client.typing(true, text);
    await clock.pass(2_900);
    expect(told()).toMatchObject([{ typing: true, preview: "H" }]);
    await clock.pass(200);
    expect(told().at(-1)).toMatchObject({ typing: true, preview: "Hel" });
    client.typing(false);
    expect(told().map(({ typing }) => typing)).toEqual([true, true, false]);
    await clock.pass(60_000);
    expect(told().length).toBe(3);
  });

  test("reading moves one's own mark at once and tells it once", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    server.do(ada, roomId, "room.accept");
    server.do(ada, roomId, "message.send", { text: "We do." });
    await clock.pass(10);
    for (let times = 0; times < 3; times++) client.read();
    expect(client.state.room?.participants[0]?.read).toBe(4);
    await clock.pass(2_000);
    expect(server.rooms.get(roomId)?.visitorRead).toBe(4);
    expect(server.sockets.flatMap(({ sent }) => sent).filter(({ action }) => action === "room.read").length).toBe(1);
  });
});

describe("the connection", () => {
  test("comes back by itself with a new ticket and has what was missed", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    server.cut();
    await clock.pass(0);
    expect(client.state.connection).toBe("offline");
    server.do(ada, roomId, "room.accept");
    server.do(ada, roomId, "message.send", { text: "We do." });
    await clock.pass(20_000);
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?"]);

    server.mend();
    await clock.pass(40_000);
    expect(client.state.connection).toBe("online");
    expect(shown(client.state.log)).toEqual(["Do you ship to Norway?", "We do."]);
  });

  test("a socket that died silently is found by a ping after five quiet minutes", async () => {
    const { clock, server, client, roomId, ada } = await chatting();
    for (const socket of server.live) socket.dead = true;
    server.do(ada, roomId, "room.accept");
    await clock.pass(299_000);
    expect(client.state.room?.status).toBe("waiting");
    await clock.pass(10_000);
    expect(client.state.connection).toBe("online");
    expect(client.state.room?.status).toBe("active");
  });

  test("a socket that answers pings is kept", async () => {
    const { clock, server } = await chatting();
    await clock.pass(3_600_000);
    expect(server.sockets.length).toBe(1);
    expect(server.sockets[0]?.sent.filter(({ action }) => action === "ping").length).toBe(12);
  });

  test("an overdue answer sends the command by HTTPS and the ones after it too", async () => {
    const { clock, server, client, roomId } = await chatting();
    for (const socket of server.live) socket.dead = true;
    client.send("one");
    client.send("two");
    await clock.pass(5_100);
    expect(server.calls.filter((call) => call.endsWith("/messages")).length).toBe(2);
    expect(server.rooms.get(roomId)?.events.length).toBe(4);
  });

  test("a hint that the network is back is followed at once", async () => {
    let hint: (reachable: boolean) => void = () => undefined;
    const reachability = (changed: typeof hint) => {
      hint = changed;
      return () => undefined;
    };
    const { clock, server, client } = await chatting({ reachability });
    server.cut();
    await clock.pass(600_000);
    server.mend();
    hint(true);
    await clock.pass(0);
    expect(client.state.connection).toBe("online");
  });

  test("stopped, it says nothing more and calls nothing more", async () => {
    const { clock, server, client } = await chatting();
    await client.stop();
    const before = server.calls.length;
    await clock.pass(3_600_000);
    expect(server.calls.length).toBe(before);
    expect(server.live).toEqual([]);
    expect(client.state.connection).toBe("offline");
  });
});

describe("the session", () => {
  test("is renewed for the same visitor before it ends", async () => {
    const { clock, server, client, place, storage } = await chatting();
    const id = client.state.visitorId;
    await client.stop();
    await clock.pass(20 * 24 * 3_600_000);
    const next = place.visitor(storage);
    await next.start();
    await clock.pass(2_000);
    expect(server.calls.filter((call) => call === "POST /visitor/sessions").length).toBe(2);
    expect(next.state.visitorId).toBe(id);
    expect(shown(next.state.log)).toEqual(["Do you ship to Norway?"]);
  });

  test("of a visitor who is forgotten begins anew with an empty page, but for the first words to a new room", async () => {
    const { clock, server, client, place, storage, roomId } = await chatting();
    server.do({ kind: "visitor", id: client.state.visitorId ?? "", name: "Vera" }, roomId, "room.close");
    await clock.pass(2_000);
    await client.stop();
    server.forgetVisitors();
    const next = place.visitor(storage);
    await next.start();
    next.open({ page: PAGE, text: "Me again" });
    await clock.pass(2_000);
    expect(next.state.visitorId).not.toBe(client.state.visitorId);
    expect(next.state.rooms.length).toBe(1);
    expect(shown(next.state.log)).toEqual(["Me again"]);
  });
});

test("the server's time is told also where the device's clock is wrong, and nothing is ordered by that clock", async () => {
  const place = new Place();
  place.clock.off = -40 * 24 * 3_600_000;
  const client = place.visitor();
  await client.start();
  client.open({ page: PAGE, text: "one" });
  await place.clock.pass(2_000);
  expect(Math.abs(client.now() - place.clock.true())).toBeLessThan(1_000);
  place.clock.off = 3_600_000;
  client.send("two");
  client.send("three");
  await place.clock.pass(2_000);
  expect(shown(client.state.log)).toEqual(["one", "two", "three"]);
});

test("what did not change stays the same object", async () => {
  const { clock, server, client, roomId, ada } = await chatting();
  const before = client.state;
  expect(client.state).toBe(before);
  const log: RoomLog = before.log;
  server.tell({ id: client.state.visitorId ?? "" }, { type: "room.read", room_id: roomId, participant: ada, seq: 1 });
  await clock.pass(10);
  expect(client.state).not.toBe(before);
  expect(client.state.log).toBe(log);
});

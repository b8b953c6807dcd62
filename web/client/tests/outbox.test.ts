import { expect, test } from "vitest";

import { createMemoryStorage, type Storage } from "../src/index.js";
import { Outbox } from "../src/outbox.js";

const alone = { tell: () => undefined, listen: () => () => undefined };

function command(client_id: string, room_id = "room", action = "message.send") {
  return { client_id, action, room_id, body: JSON.stringify({ client_id, text: client_id }) };
}

async function outbox(storage: Storage = createMemoryStorage()): Promise<Outbox> {
  const made = new Outbox(storage, alone);
  await made.ready();
  return made;
}

const texts = (box: Outbox, roomId = "room") =>
  box.shown(roomId, () => false).map(({ text, state }) => `${text} ${state}`);

test("commands outlive the process in the order in which they were given, bodies unchanged", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  const given = Array.from({ length: 12 }, (_, place) => command(`c${place}`));
  for (const one of given) box.add(one);
  await box.written();

  const next = await outbox(storage);
  for (const one of given) {
    expect(next.first("room")).toMatchObject(one);
    await next.refused(one.client_id, {});
    next.discard(one.client_id);
  }
  expect(next.first("room")).toBeUndefined();
});

test("what is given after a restart comes after what was kept", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  box.add(command("z"));
  await box.written();
  const next = await outbox(storage);
  next.add(command("a"));
  await next.written();
  const last = await outbox(storage);
  expect(texts(last)).toEqual(["z sending", "a sending"]);
});

test("what is given before the storage was read comes after what it held", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  box.add(command("first"));
  await box.written();
  const next = new Outbox(storage, alone);
  next.add(command("second"));
  await next.ready();
  expect(texts(next)).toEqual(["first sending", "second sending"]);
  await next.written();
  expect(texts(await outbox(storage))).toEqual(["first sending", "second sending"]);
});

test("each room has its own first command", async () => {
  const box = await outbox();
  box.add(command("a", "one"));
  box.add(command("b", "two"));
  expect(box.rooms()).toEqual(["one", "two"]);
  expect(box.first("two")?.client_id).toBe("b");
});

test("a message stays for show until its event is in the log, other commands go when they are done", async () => {
  const box = await outbox();
  box.add(command("a"));
  box.add(command("b", "room", "room.accept"));
  await box.done("a");
  await box.done("b");
  expect(texts(box)).toEqual(["a sent"]);
  expect(box.waiting).toBe(0);
  box.settle(({ client_id }) => client_id === "a");
  expect(texts(box)).toEqual([]);
});

test("a command that another tab has delivered is not sent again", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  box.add(command("a"));
  await box.written();
  const other = await outbox(storage);
  expect(await other.take("a")).toBe(true);
  await other.done("a");
  expect(await box.take("a")).toBe(false);
  expect(texts(box)).toEqual(["a sent"]);
});

test("what another tab was refused shows as failed here as well, and is gone here when it is taken back there", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  box.add(command("a"));
  await box.written();
  const other = await outbox(storage);
  await other.refused("a", { code: "room_closed" });
  await box.refresh();
  expect(texts(box)).toEqual(["a failed"]);
  other.discard("a");
  await other.written();
  await box.refresh();
  expect(texts(box)).toEqual([]);
});

test("a command can be taken back until it was tried, and when it failed, but not in between", async () => {
  const box = await outbox();
  box.add(command("untried"));
  expect(box.discard("untried").length).toBe(1);
  box.add(command("tried"));
  await box.take("tried");
  expect(box.discard("tried")).toEqual([]);
  box.again("tried");
  expect(box.discard("tried")).toEqual([]);
  await box.refused("tried", {});
  expect(box.discard("tried").length).toBe(1);
});

test("a mark that was read takes the place of an older one that was not sent yet", async () => {
  const box = await outbox();
  const mark = (id: string, seq: number) => ({
    client_id: id,
    action: "room.read",
    room_id: "room",
    body: `{"seq":${seq}}`,
  });
  box.addRead(mark("a", 3));
  box.addRead(mark("b", 5));
  expect(box.first("room")?.body).toBe('{"seq":5}');
  await box.take("b");
  box.addRead(mark("c", 7));
  await box.done("b");
  expect(box.first("room")?.body).toBe('{"seq":7}');
});

test("a storage that fails costs durability alone", async () => {
  const broken = () => Promise.reject(new Error("full"));
  const box = await outbox({ get: broken, put: broken, delete: broken, list: broken });
  box.add(command("a"));
  expect(await box.take("a")).toBe(true);
  await box.done("a");
  expect(texts(box)).toEqual(["a sent"]);
});

test("what waits for a room to open goes to it, and is kept there", async () => {
  const storage = createMemoryStorage();
  const box = await outbox(storage);
  box.add(command("open", "", "room.open"));
  box.add(command("more", ""));
  await box.done("open");
  await box.assign("room");
  await box.written();
  expect(texts(await outbox(storage))).toEqual(["open sent", "more sending"]);
});

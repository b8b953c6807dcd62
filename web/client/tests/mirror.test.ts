import { describe, expect, test } from "vitest";

import type { Event, Frame, Summary, Sync } from "../src/index.js";
import { Mirror } from "../src/mirror.js";

function room(
  seq: number,
  { reads = {}, ...more }: Partial<Summary> & { reads?: Record<string, number> } = {},
): Summary {
  return {
    id: "room",
    status: "active",
    seq,
    department_id: "general",
    visitor: { id: "vera", name: null },
    participants: [
      { kind: "visitor", id: "vera", name: null, read: reads.vera ?? 0 },
      { kind: "agent", id: "ada", name: "Ada", read: reads.ada ?? 0 },
    ],
    last_message: { seq, text: "…", at: "", from: { kind: "visitor", id: "vera", name: null } },
    opened_at: "",
    changed_at: "",
    closed_at: null,
    closed_by: null,
    state: "waiting",
    offer: null,
    held: false,
    unread: 2,
    ...more,
  };
}

function message(seq: number, kind: "agent" | "visitor" = "visitor"): Event {
  const actor = { kind, id: kind === "agent" ? "ada" : "vera", name: null };
  return { seq, type: "message.sent", at: "", actor, client_id: "", data: { text: "…", canned_response_id: null } };
}

function frame(seq: number, summary: Summary): Frame {
  return { type: "room.event", room_id: "room", event: message(seq), prev: seq - 1, room: summary };
}

function read(id: string, seq: number): Frame {
  return { type: "room.read", room_id: "room", participant: { kind: id === "ada" ? "agent" : "visitor", id }, seq };
}

function mirror(...events: Event[]): Mirror<Summary> {
  const made = new Mirror<Summary>();
  made.me = "ada";
  if (events.length) made.log("room").cover(0, events.length, events);
  return made;
}

describe("of two summaries", () => {
  const inEitherOrder = (one: Summary, other: Summary) => [
    [one, other],
    [other, one],
  ];

  test("the higher seq stays, in whichever order they come", () => {
    const newer = room(5, { department_id: "support" });
    for (const both of inEitherOrder(room(4), newer)) {
      const kept = mirror();
      for (const one of both) kept.summary(one);
      expect(kept.rooms.get("room")).toEqual(newer);
    }
  });

  test("at equal seq the higher read marks of both stay, and one's own decides what is unread", () => {
    const mine = room(5, { reads: { ada: 5, vera: 2 }, unread: 0, state: "incoming" });
    const hers = room(5, { reads: { ada: 3, vera: 4 }, unread: 1 });
    for (const both of inEitherOrder(mine, hers)) {
      const kept = mirror(...[1, 2, 3, 4, 5].map((seq) => message(seq)));
      for (const one of both) kept.summary(one);
      expect(kept.rooms.get("room")).toEqual(room(5, { reads: { ada: 5, vera: 4 }, unread: 0, state: "incoming" }));
    }
  });

  test("a newer one that knows less of what was read does not move the marks back", () => {
    const kept = mirror(...[1, 2, 3, 4, 5].map((seq) => message(seq)));
    kept.summary(room(5));
    kept.hear(read("ada", 5));
    kept.hear(frame(6, room(6, { unread: 6 })));
    expect(kept.rooms.get("room")).toMatchObject({ unread: 1, state: "waiting", participants: [{}, { read: 5 }] });
  });
});

describe("a read mark", () => {
  test.each([
    ["visitor", "incoming"],
    ["agent", "answered"],
  ] as const)("of one's own, made elsewhere after a %s's message, makes the room %s", (kind, state) => {
    const kept = mirror(message(1), message(2), message(3, kind));
    const from = { kind, id: null, name: null };
    kept.summary(room(3, { held: true, last_message: { seq: 3, text: "…", at: "", from } }));
    kept.hear(read("ada", 3));
    expect(kept.rooms.get("room")).toMatchObject({ unread: 0, held: false, state });
  });

  test("of somebody else changes that mark alone", () => {
    const kept = mirror();
    kept.summary(room(3, { held: true }));
    kept.hear(read("vera", 3));
    expect(kept.rooms.get("room")).toEqual(room(3, { held: true, reads: { vera: 3 } }));
  });

  test("below the events that are here leaves the count to the server, and the room in doubt until it was asked", () => {
    const kept = mirror();
    kept.log("room").frame(message(9), 8);
    kept.summary(room(9, { unread: 7 }));
    kept.hear(read("ada", 5));
    expect(kept.rooms.get("room")?.unread).toBe(7);
    expect(kept.behind()).toEqual(["room"]);

    const before = new Map([["room", 9]]);
    const inbox = {
      rooms: [room(9, { unread: 3, reads: { ada: 5 } })],
      counts: { all: 1, active: 1, waiting: 1, closed: 0 },
    };
    kept.synced({ room: 9 }, before, { inbox, events: { room: { events: [], through: 9, more: false } }, removed: [] });
    expect(kept.rooms.get("room")?.unread).toBe(3);
    expect(kept.behind()).toEqual([]);
  });
});

describe("a removal", () => {
  const removed = (seq: number): Frame => ({
    type: "room.removed",
    room_id: "room",
    seq,
    reason: "taken",
    by: { kind: "agent", id: "ben", name: "Ben" },
  });

  test("makes summaries that are not above it stale", () => {
    const kept = mirror();
    kept.summary(room(4));
    kept.hear(removed(5));
    for (const seq of [4, 5]) kept.hear({ type: "room.changed", room: room(seq) });
    expect(kept.rooms.size).toBe(0);
    kept.hear({ type: "room.changed", room: room(6) });
    expect(kept.rooms.get("room")?.seq).toBe(6);
  });

  test("that is older than the summary removes nothing", () => {
    const kept = mirror();
    kept.summary(room(6));
    kept.hear(removed(5));
    expect(kept.rooms.size).toBe(1);
  });

  test("is also what a summary without a state says", () => {
    const kept = mirror();
    kept.summary(room(4));
    kept.summary(room(5, { state: null }));
    expect(kept.rooms.size).toBe(0);
  });
});

test("a frame that knows of later events opens a hole until they come", () => {
  const kept = mirror();
  kept.hear(frame(1, room(2)));
  expect(kept.behind()).toEqual(["room"]);
  kept.hear(frame(2, room(2)));
  expect(kept.behind()).toEqual([]);
});

test("a room that is not listed lacks nothing", () => {
  const kept = mirror(message(1));
  kept.log("room").promise(3);
  expect(kept.behind()).toEqual([]);
});

test("frames of kinds not known change nothing", () => {
  const kept = mirror();
  for (const one of [{ type: "room.sparkled", room_id: "room" }, { message: "Forbidden" }]) {
    expect(kept.hear(one as unknown as Frame)).toBe("other");
  }
  expect(kept.rooms.size + kept.logs.size).toBe(0);
});

describe("an answer of /sync", () => {
  const answer = (...rooms: Summary[]): Sync => ({
    inbox: { rooms, counts: { all: 0, active: 0, waiting: 0, closed: 0 } },
    events: {},
    removed: [],
  });

  test("fills the logs and says what is left to fetch", () => {
    const kept = mirror();
    const events = Array.from({ length: 100 }, (_, place) => message(place + 1));
    const sync = { ...answer(room(200)), events: { room: { events, through: 100, more: true } } };
    expect(kept.synced({ room: 0 }, new Map(), sync)).toEqual({ room: 100 });
    expect(kept.log("room").through).toBe(100);
  });

  test("takes away what is not in the inbox any more, but nothing that was learnt while it was asked", () => {
    const kept = mirror();
    kept.summary(room(4));
    kept.summary(room(4, { id: "other" }));
    const before = new Map([
      ["room", 4],
      ["other", 4],
    ]);
    kept.summary(room(5, { id: "other" }));
    kept.synced({}, before, answer());
    expect([...kept.rooms.keys()]).toEqual(["other"]);
  });

  test("that lists as many closed rooms as it may keeps the older ones that are here", () => {
    const kept = mirror();
    kept.summary(room(4, { status: "closed", state: "closed" }));
    const hundred = Array.from({ length: 100 }, (_, place) =>
      room(4, { id: `closed${place}`, status: "closed", state: "closed" }),
    );
    kept.synced({}, new Map([["room", 4]]), answer(...hundred));
    expect(kept.rooms.size).toBe(101);
  });
});

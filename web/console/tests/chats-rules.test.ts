import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { searchRooms } from "../src/chats/search.js";
import { steadyRows } from "../src/chats/steady-order.js";
import { INCOMING, ROOMS } from "../src/demo/data.js";
import { heardBetween } from "../src/device/alerts.js";
import { byReadiness } from "../src/details/readiness.js";
import { offerKey, ringing } from "../src/offers/offered.js";

const rows = fc.uniqueArray(fc.record({ id: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"), at: fc.nat() }), {
  selector: (row) => row.id,
});

describe("a list under the finger", () => {
  it("keeps every row in its place, each as it is now", () => {
    fc.assert(
      fc.property(rows, rows, (shown, fresh) => {
        const kept = steadyRows(shown, fresh);
        expect(kept.map((row) => row.id)).toEqual(shown.map((row) => row.id));
        for (const row of kept) expect(row).toBe(fresh.find((one) => one.id === row.id) ?? row);
      }),
    );
  });
});

describe("the search", () => {
  it("finds by every word, without case and accents, in names and last messages", () => {
    expect(searchRooms([...ROOMS, INCOMING], "zoe PARCEL").map((room) => room.id)).toEqual(["offered"]);
    expect(searchRooms(ROOMS, "ben").map((room) => room.id)).toContain("ada");
  });

  it("shows all rooms for nothing typed", () => {
    expect(searchRooms(ROOMS, "  ")).toBe(ROOMS);
  });
});

describe("ringing", () => {
  const online = { id: "agent-mira", status: "online" };
  const later = { ...INCOMING, id: "later", offer: { ...INCOMING.offer, at: "2026-03-12T14:29:59.000Z" } };

  it("starts with whoever waits longest", () => {
    const rooms = [later as typeof INCOMING, INCOMING];
    expect(ringing(rooms, online, new Set()).map((room) => room.id)).toEqual(["offered", "later"]);
  });

  it("is heard by nobody but an agent who is online", () => {
    for (const status of ["away", "offline"]) expect(ringing([INCOMING], { ...online, status }, new Set())).toEqual([]);
  });

  it("stops for the offer that was answered, not for a later one of the same room", () => {
    const quiet = new Set([offerKey(INCOMING)]);
    expect(ringing([INCOMING], online, quiet)).toEqual([]);
    const again = { ...INCOMING, offer: { kind: "department" as const, by: null, at: INCOMING.opened_at, seq: 7 } };
    expect(ringing([again], online, quiet)).toEqual([again]);
  });
});

describe("a chime", () => {
  const room = ROOMS.find((one) => one.id === "priya") ?? INCOMING;
  const last = room.last_message ?? {
    seq: 0,
    text: "",
    at: "",
    from: { kind: "visitor" as const, id: null, name: null },
  };
  const newer = (from: typeof last.from) => ({ ...room, last_message: { ...last, seq: last.seq + 1, from } });

  it("sounds for what a visitor wrote in one's own room", () => {
    expect(heardBetween([room], [newer(last.from)], "agent-mira")).toHaveLength(1);
  });

  it("does not sound for agents, for other people's rooms, or for what was there before", () => {
    expect(heardBetween([room], [newer({ kind: "agent", id: "x", name: "X" })], "agent-mira")).toEqual([]);
    expect(heardBetween([room], [newer(last.from)], "somebody-else")).toEqual([]);
    expect(heardBetween([], [room], "agent-mira")).toEqual([]);
  });
});

describe("the colleagues to choose from", () => {
  it("come online first, then the least busy", () => {
    const one = (name: string, status: "online" | "away" | "offline", load: number) => ({
      id: name,
      name,
      status,
      open_rooms: load,
      department_ids: [],
    });
    const sorted = byReadiness([
      one("d", "offline", 0),
      one("c", "away", 0),
      one("b", "online", 5),
      one("a", "online", 1),
    ]);
    expect(sorted.map((colleague) => colleague.id)).toEqual(["a", "b", "c", "d"]);
  });
});

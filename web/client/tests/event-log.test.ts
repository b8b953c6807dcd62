import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Event } from "../src/index.js";
import { EventLog } from "../src/event-log.js";

function message(seq: number): Event {
  return {
    seq,
    type: "message.sent",
    at: "",
    actor: { kind: "visitor", id: "vera", name: null },
    client_id: `c${seq}`,
    data: { text: String(seq), canned_response_id: null },
  };
}

const seqs = (log: EventLog) => log.events.map(({ seq }) => seq);

describe("a log", () => {
  test("shows nothing beyond a hole until the hole is closed", () => {
    const log = new EventLog();
    expect(log.frame(message(1), 0)).toBe("shown");
    expect(log.frame(message(3), 2)).toBe("ahead");
    expect(seqs(log)).toEqual([1]);
    expect(log.behind).toBe(true);
    expect(log.frame(message(2), 1)).toBe("shown");
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect(log.behind).toBe(false);
  });

  test("takes what it may not see for what it is: nothing missing", () => {
    const log = new EventLog();
    log.frame(message(1), 0);
    log.frame(message(4), 1);
    expect(seqs(log)).toEqual([1, 4]);
    expect(log.behind).toBe(false);
  });

  test("drops what it has", () => {
    const log = new EventLog();
    log.frame(message(1), 0);
    const { events } = log;
    expect(log.frame(message(1), 0)).toBe("duplicate");
    expect(log.events).toBe(events);
  });

  test("begins wherever its first event is, and knows that there is more before", () => {
    const log = new EventLog();
    expect(log).toMatchObject({ hasOlder: true, behind: false });
    log.promise(9);
    expect(log.behind).toBe(false);
    log.frame(message(7), 6);
    expect(log).toMatchObject({ hasOlder: true, behind: true });
    log.cover(2, 6, [message(4), message(3)]);
    expect(seqs(log)).toEqual([3, 4, 7]);
    log.cover(0, 2, []);
    expect(log.hasOlder).toBe(false);
  });

  test("takes an answer whose prev is not known, and its frame after that", () => {
    const log = new EventLog();
    log.frame(message(1), 0);
    // Event 2 is one that this device may not see; its own is event 3.
    expect(log.frame(message(3), 2)).toBe("ahead");
    log.frame(message(3), 1);
    expect(seqs(log)).toEqual([1, 3]);
  });

  test("knows the messages of its window by who made them", () => {
    const log = new EventLog();
    log.frame(message(2), 1);
    expect(log.holds("visitor", "c2")).toBe(true);
    expect(log.holds("agent", "c2")).toBe(false);
    expect(log.holds("visitor", "c1")).toBe(false);
  });

  test("equals the truth once it was told all of it, in whatever pieces and order, some of them twice", () => {
    const truth = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.infiniteStream(fc.boolean())).map(([last, hidden]) => {
      const events = Array.from({ length: last }, (_, place) => message(place + 1));
      return { last, visible: events.filter(() => !hidden.next().value) };
    });
    const property = fc.property(
      truth,
      fc.array(fc.nat(30), { maxLength: 12 }),
      fc.context(),
      fc.infiniteStream(fc.nat()),
      ({ last, visible }, cuts, context, chance) => {
        const edges = [...new Set([0, last, ...cuts.filter((cut) => cut < last)])].sort((one, other) => one - other);
        const pieces = edges.slice(1).map((high, place) => ({ low: edges[place] ?? 0, high }));
        const told = [...pieces, ...pieces.slice(0, 3)]
          .map((piece) => ({ piece, rank: Number(chance.next().value) }))
          .sort((one, other) => one.rank - other.rank);
        const log = new EventLog();
        for (const { piece } of told) {
          context.log(JSON.stringify(piece));
          log.cover(
            piece.low,
            piece.high,
            visible.filter(({ seq }) => seq > piece.low && seq <= piece.high),
          );
          const shown = seqs(log);
          expect(shown).toEqual([...new Set(shown)].sort((one, other) => one - other));
          // A window without holes: exactly what is visible between its ends.
          expect(shown).toEqual(
            visible.map(({ seq }) => seq).filter((seq) => seq > (log.floor ?? 0) && seq <= log.through),
          );
        }
        expect(seqs(log)).toEqual(visible.map(({ seq }) => seq));
        expect(log).toMatchObject({ behind: false, hasOlder: false, through: last });
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

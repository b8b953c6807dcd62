import type { Event, PendingMessage } from "@foyer/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { timelineOf, type Group, type TimelineView } from "../src/room/timeline.js";
import { dayOf } from "../src/words/formats.js";

const START = Date.parse("2026-03-01T08:00:00.000Z");

/** Logs as the server makes them: `seq` without a gap, time that only moves forward. */
const logs = fc
  .array(
    fc.record({
      type: fc.constantFrom("message.sent" as const, "note.added" as const, "agent.left" as const),
      actor: fc.constantFrom("me", "ben", "visitor"),
      wait: fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: 200_000_000 })),
    }),
    { maxLength: 40 },
  )
  .map((sketches) => {
    let at = START;
    return sketches.map(({ type, actor, wait }, place) => {
      at += wait;
      const kind = actor === "visitor" ? "visitor" : "agent";
      const data = type === "agent.left" ? {} : { text: `text ${place}` };
      return {
        seq: place + 1,
        at: new Date(at).toISOString(),
        type,
        actor: { kind, id: actor, name: actor },
        client_id: `${actor}-${place}`,
        data,
      } as Event;
    });
  });

const view = (part: Partial<TimelineView> = {}): TimelineView => ({
  myId: "me",
  participants: [],
  readBefore: null,
  dayOf,
  ...part,
});

const pending = (part: Partial<PendingMessage> = {}): PendingMessage => ({
  client_id: "mine",
  kind: "message",
  text: "words",
  state: "sending",
  attempts: 0,
  problem: null,
  ...part,
});

const groupsOf = (items: ReturnType<typeof timelineOf>) => items.filter((item): item is Group => item.kind === "group");

describe("a timeline", () => {
  it("shows every event once, in order", () => {
    fc.assert(
      fc.property(logs, (events) => {
        const shown = timelineOf({ events, pending: [] }, view()).flatMap((item) =>
          item.kind === "group"
            ? item.entries.map((entry) => entry.seq)
            : item.kind === "happening"
              ? [item.event.seq]
              : [],
        );
        expect(shown).toEqual(events.map((event) => event.seq));
      }),
    );
  });

  it("never names two rows alike", () => {
    fc.assert(
      fc.property(logs, fc.nat(40), (events, readBefore) => {
        const items = timelineOf({ events, pending: [pending()] }, view({ readBefore }));
        const keys = items.map((item) => item.key);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("groups what one sender wrote in one form on one day within minutes, and nothing else", () => {
    fc.assert(
      fc.property(logs, (events) => {
        for (const group of groupsOf(timelineOf({ events, pending: [] }, view()))) {
          const own = group.entries.map((entry) => events.find((event) => event.seq === entry.seq));
          expect(new Set(own.map((event) => event?.actor.id)).size).toBe(1);
          expect(new Set(own.map((event) => event?.type)).size).toBe(1);
          expect(new Set(own.map((event) => dayOf(event?.at ?? ""))).size).toBe(1);
        }
      }),
    );
  });

  it("begins every day once, before what was written on it", () => {
    fc.assert(
      fc.property(logs, (events) => {
        const days = timelineOf({ events, pending: [] }, view()).flatMap((item) =>
          item.kind === "day" ? [dayOf(item.at)] : [],
        );
        expect(days).toEqual([...new Set(events.map((event) => dayOf(event.at)))]);
      }),
    );
  });

  it("divides the read from the unread before the first unread thing that others wrote", () => {
    fc.assert(
      fc.property(logs, fc.nat(40), (events, readBefore) => {
        const items = timelineOf({ events, pending: [] }, view({ readBefore }));
        const first = events.find(
          (event) => event.seq > readBefore && event.type !== "agent.left" && event.actor.id !== "me",
        );
        const place = items.findIndex((item) => item.kind === "unread");
        expect(place >= 0).toBe(first !== undefined);
        const next = items[place + 1];
        if (first) expect(next?.kind === "group" && next.entries[0]?.seq).toBe(first.seq);
      }),
    );
  });

  it("marks own messages, and only them, as read once the visitor read them", () => {
    fc.assert(
      fc.property(logs, fc.nat(40), (events, read) => {
        const participants = [{ kind: "visitor" as const, id: "visitor", name: null, read }];
        for (const group of groupsOf(timelineOf({ events, pending: [] }, view({ participants })))) {
          for (const entry of group.entries) {
            const own = group.mine && group.form === "message";
            expect(entry.mark).toBe(own ? ((entry.seq ?? 0) <= read ? "read" : "sent") : null);
          }
        }
      }),
    );
  });

  it("keeps a message's row as it goes from waiting to stored", () => {
    const before = groupsOf(timelineOf({ events: [], pending: [pending()] }, view()));
    const stored = {
      seq: 1,
      at: new Date(START).toISOString(),
      type: "message.sent",
      actor: { kind: "agent", id: "me", name: "Me" },
      client_id: "mine",
      data: { text: "words" },
    } as Event;
    const after = groupsOf(timelineOf({ events: [stored], pending: [] }, view()));
    expect(after[0]?.entries[0]?.key).toBe(before[0]?.entries[0]?.key);
  });

  it("tells a message that waits for a network from one under way", () => {
    const marks = [pending(), pending({ attempts: 2 }), pending({ state: "failed" })].map(
      (one) => groupsOf(timelineOf({ events: [], pending: [one] }, view()))[0]?.entries[0]?.mark,
    );
    expect(marks).toEqual(["sending", "waiting", "failed"]);
  });
});

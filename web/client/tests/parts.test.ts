import "fake-indexeddb/auto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type CannedResponse,
  countTabs,
  createMemoryStorage,
  fillCannedResponse,
  findCannedResponses,
  inInboxOrder,
  isUnder,
  loadConfig,
  openIndexedDb,
  RefusedError,
  sendPushAction,
  type Storage,
  type Summary,
  TIMINGS,
  UnreachableError,
} from "../src/index.js";
import { meaningOf, wishedWait } from "../src/commands.js";
import { Gaps } from "../src/gaps.js";
import { portsOf } from "../src/places.js";
import { ServerTime } from "../src/server-time.js";
import { waitBefore } from "../src/timings.js";
import { FakeClock } from "./fakes/clock.js";

describe.each<[string, () => Storage]>([
  ["memory", createMemoryStorage],
  ["IndexedDB", () => openIndexedDb(`test ${String(Math.random())}`)],
])("the storage in %s", (_, make) => {
  test("keeps, replaces and forgets values, and lists them in the order of their keys", async () => {
    const storage = make();
    await storage.put("log/b", { events: [1] });
    await storage.put("log/a", "old");
    await storage.put("log/a", "new");
    await storage.put("rooms", null);
    expect(await storage.get("log/b")).toEqual({ events: [1] });
    expect(await storage.get("nothing")).toBeUndefined();
    expect(await storage.list("log/")).toEqual([
      ["log/a", "new"],
      ["log/b", { events: [1] }],
    ]);
    await storage.delete("log/a");
    expect((await storage.list("")).map(([key]) => key)).toEqual(["log/b", "rooms"]);
  });
});

test("the database outlives its connection", async () => {
  await openIndexedDb("shared").put("key", "value");
  expect(await openIndexedDb("shared").get("key")).toBe("value");
});

describe("the inbox", () => {
  const room = (id: string, more: Partial<Summary>): Summary =>
    ({
      id,
      status: "active",
      state: "incoming",
      participants: [],
      changed_at: "",
      closed_at: null,
      ...more,
    }) as Summary;
  const me = { kind: "agent" as const, id: "ada", name: null, read: 0 };

  test("has open rooms by their last change, then closed ones by their close, newest first", () => {
    const rooms = [
      room("closed early", { status: "closed", closed_at: "2026-03-01T10:00:00.000Z" }),
      room("changed early", { changed_at: "2026-03-01T08:00:00.000Z" }),
      room("closed late", { status: "closed", closed_at: "2026-03-01T11:00:00.000Z" }),
      room("changed late", { changed_at: "2026-03-01T09:00:00.000Z" }),
    ];
    const ids = inInboxOrder(rooms).map(({ id }) => id);
    expect(ids).toEqual(["changed late", "changed early", "closed late", "closed early"]);
  });

  test("shows an accepted room with unread messages under active and under waiting", () => {
    const unread = room("a", { state: "waiting", participants: [me] });
    expect((["all", "active", "waiting", "closed"] as const).filter((tab) => isUnder(tab, unread, "ada"))).toEqual([
      "all",
      "active",
      "waiting",
    ]);
  });

  test("counts up to 100", () => {
    const rooms = Array.from({ length: 130 }, (_, place) => room(String(place), { participants: [me] }));
    expect(countTabs(rooms, "ada")).toEqual({ all: 100, active: 100, waiting: 0, closed: 0 });
  });
});

describe("canned responses", () => {
  const made = (shortcut: string, title: string, body: string, scope = "company"): CannedResponse =>
    ({
      id: `${shortcut} ${scope}`,
      shortcut,
      title,
      body,
      tags: ["shop"],
      scope,
      version: 1,
      updated_at: "",
    }) as CannedResponse;
  const all = [
    made("refund", "How to get a refund", "You get your money back."),
    made("hello", "Greeting", "Hello {{visitor.name|there}}!"),
    made("hello", "My greeting", "Hi!", "agent"),
    made("money", "Prices", "See our prices"),
  ];

  test("are found by the beginnings of words, the shortcut first, the narrower scope before the wider", () => {
    const found = (query: string) => findCannedResponses(all, query).map(({ id }) => id);
    expect(found("mon")).toEqual(["money company", "refund company"]);
    expect(found("/hello")).toEqual(["hello agent", "hello company"]);
    expect(found("GREET")).toEqual(["hello agent", "hello company"]);
    expect(found("refund zebra")).toEqual([]);
    // A variable's name is not what a text is about.
    expect(found("visitor")).toEqual([]);
    expect(found("").length).toBe(4);
  });

  test("are filled in with values, fallbacks, or nothing; what is not known stays as it stands", () => {
    const filled = (body: string, name: string | null = null) => fillCannedResponse(body, { visitor: { name } });
    expect(filled("Hello {{visitor.name|there}}!")).toBe("Hello there!");
    expect(filled("Hello {{ visitor.name | there }}!", "Vera")).toBe("Hello Vera!");
    expect(filled("Hello {{visitor.name|there}}!", "  ")).toBe("Hello there!");
    expect(filled("Hello {{visitor.name}}!")).toBe("Hello !");
    expect(filled("{{visitor.age}} {{toString}}")).toBe("{{visitor.age}} {{toString}}");
    expect(filled("{{visitor.name}}", "{{agent.name}}")).toBe("{{agent.name}}");
  });
});

describe("the server's time", () => {
  test("lies within the bounds that answers set, however far the device's clock is off", () => {
    const property = fc.asyncProperty(
      fc.integer({ min: -1e10, max: 1e10 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 3_000 }), fc.boolean()), {
        minLength: 1,
        maxLength: 8,
      }),
      async (off, answers) => {
        const clock = new FakeClock();
        clock.off = off;
        const time = new ServerTime(clock);
        let best = Infinity;
        for (const [there, back, exact] of answers) {
          const asked = clock.now();
          await clock.pass(there);
          const said = new Date(clock.true());
          await clock.pass(back);
          time.heard(asked, exact ? said.toISOString() : said.toUTCString());
          best = Math.min(best, there + back + (exact ? 0 : 1_000));
          expect(Math.abs(time.now() - clock.true())).toBeLessThanOrEqual(best / 2 + 1);
        }
      },
    );
    return fc.assert(property, { numRuns: 50 });
  });

  test("is found anew after somebody has set the device's clock", () => {
    const clock = new FakeClock();
    const time = new ServerTime(clock);
    time.heard(clock.now(), new Date(clock.true()).toISOString());
    clock.off = 7_200_000;
    time.heard(clock.now(), new Date(clock.true()).toISOString());
    expect(time.now()).toBe(clock.true());
  });

  test("is the device's own until something was heard, and whatever nonsense is", () => {
    const clock = new FakeClock();
    const time = new ServerTime(clock);
    for (const said of [null, undefined, "", "yesterday"]) time.heard(0, said);
    expect(time.now()).toBe(clock.now());
  });
});

describe("a hole", () => {
  test("is due after its patience, and again as long after, until it is closed", async () => {
    const clock = new FakeClock();
    let due = 0;
    const gaps = new Gaps(clock, 1_000, () => (due += 1));
    gaps.look(["room"]);
    await clock.pass(900);
    gaps.look(["room"]);
    expect(due).toBe(0);
    await clock.pass(100);
    expect(due).toBe(1);
    await clock.pass(1_000);
    expect(due).toBe(2);
    gaps.look([]);
    await clock.pass(10_000);
    expect(due).toBe(2);
  });
});

describe("an answer", () => {
  test.each([
    [200, "done"],
    [204, "done"],
    [401, "again"],
    [404, "refused"],
    [409, "refused"],
    [429, "again"],
    [500, "again"],
    [503, "again"],
  ])("%d means %s", (status, meaning) => {
    expect(meaningOf({ status, body: null })).toBe(meaning);
  });

  test("says how long to wait in its body, else in its header", () => {
    expect(wishedWait({ status: 429, body: { retry_after: 7 }, retryAfter: 9 })).toBe(7_000);
    expect(wishedWait({ status: 503, body: null, retryAfter: 9 })).toBe(9_000);
    expect(wishedWait({ status: 503, body: null })).toBe(0);
  });
});

test("waits before retries are anything up to a bound that doubles and ends", () => {
  const bound = (attempt: number) => waitBefore(attempt, TIMINGS, { fraction: () => 1, uuid: () => "" });
  expect([0, 1, 2, 3, 6, 20, 5_000].map(bound)).toEqual([500, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
  expect(waitBefore(9, TIMINGS, { fraction: () => 0, uuid: () => "" })).toBe(0);
});

test("client ids are UUIDs, never the same", () => {
  const { random } = portsOf({}, "test");
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(random.uuid()).toMatch(uuid);
  expect(new Set(Array.from({ length: 1_000 }, () => random.uuid())).size).toBe(1_000);
});

describe("a call without a client", () => {
  const answering = (status: number, body: unknown) =>
    ((url: string) =>
      Promise.resolve(new Response(JSON.stringify({ url, ...(body as object) }), { status }))) as typeof fetch;

  test("loads the configuration", async () => {
    expect(await loadConfig("https://foyer.test/v1", answering(200, {}))).toEqual({
      url: "https://foyer.test/v1/config",
    });
  });

  test("rejects with the refusal, or as unreachable", async () => {
    const action = { token: "t", action: "accept" } as const;
    const taken = sendPushAction("", action, answering(409, { code: "already_taken" }));
    await expect(taken).rejects.toMatchObject({ name: RefusedError.name, code: "already_taken" });
    const down = (() => Promise.reject(new TypeError("network"))) as typeof fetch;
    await expect(sendPushAction("", action, down)).rejects.toBeInstanceOf(UnreachableError);
  });
});

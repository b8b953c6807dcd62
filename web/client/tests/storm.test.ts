/** Whatever is lost, repeated or reordered: after a resume a device has what the server has. */

import fc from "fast-check";
import { expect, test } from "vitest";

import { type AgentClient, createMemoryStorage, type Event, type VisitorClient } from "../src/index.js";
import { settled } from "./fakes/clock.js";
import { PAGE, Place } from "./fakes/place.js";
import type { Caller, Fate } from "./fakes/server.js";

/** What may happen, by weight: people do things, the network fails, time passes, an app is killed. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ is: fc.constant("visitor says" as const) }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant("ada says" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ada notes" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ada accepts" as const), hold: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("ada declines" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ada reads" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ada reads elsewhere" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("visitor reads" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("ben accepts" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("ben says" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("ada closes" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("visitor closes" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("a stranger comes" as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("a stranger says" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("ada looks back" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("sockets end" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("sockets die" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("the network goes" as const) }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("the network comes" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("ada's phone restarts" as const) }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("the visitor's page reloads" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ is: fc.constant("time passes" as const), by: fc.integer({ min: 0, max: 4_000 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** What becomes of each frame and each call, taken in turn. */
const fates = fc.record({
  frames: fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.constant("good") }, fc.constantFrom("lost", "twice", "late", "later")),
    {
      minLength: 1,
      maxLength: 30,
    },
  ),
  calls: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Fate>("good") },
      fc.constantFrom<Fate>(
        "lost",
        "answer lost",
        { status: 503, body: null },
        { status: 429, body: { retry_after: 1 } },
      ),
    ),
    { minLength: 1, maxLength: 30 },
  ),
});
type Fates = typeof fates extends fc.Arbitrary<infer One> ? One : never;

class Storm {
  readonly place = new Place();
  readonly ada: Caller;
  readonly ben: Caller;
  phone!: AgentClient;
  page!: VisitorClient;
  readonly said = new Map<string, string[]>();
  #phonePower = { on: true };
  #pagePower = { on: true };
  readonly #phoneStorage = createMemoryStorage();
  readonly #pageStorage = createMemoryStorage();
  #strangers: { caller: Caller; roomId: string }[] = [];
  #texts = 0;

  constructor({ frames, calls }: Fates) {
    const [ada, ben] = this.place.server.agents as [Caller, Caller];
    this.ada = ada;
    this.ben = ben;
    let frame = 0;
    let call = 0;
    const { server, clock } = this.place;
    server.fate = () => calls[call++ % calls.length] ?? "good";
    server.carry = (hear) => {
      switch (frames[frame++ % frames.length]) {
        case "lost":
          return;
        case "twice":
          hear();
          hear();
          return;
        case "late":
          clock.after(40, hear);
          return;
        case "later":
          clock.after(1_500, hear);
          return;
        default:
          hear();
      }
    };
  }

  async begin(): Promise<void> {
    await this.restartPhone();
    await this.reloadPage();
    this.page.open({ page: PAGE, text: this.#text("page") });
    await this.place.clock.pass(200);
  }

  async restartPhone(): Promise<void> {
    this.#phonePower.on = false;
    this.#phonePower = { on: true };
    for (const socket of this.place.server.live) if (socket.caller.id === "ada") socket.end();
    this.phone = this.place.agent("ada", undefined, this.place.powered(this.#phoneStorage, this.#phonePower));
    await this.phone.start();
  }

  async reloadPage(): Promise<void> {
    this.#pagePower.on = false;
    this.#pagePower = { on: true };
    for (const socket of this.place.server.live) if (socket.caller.kind === "visitor") socket.end();
    this.page = this.place.visitor(undefined, this.place.powered(this.#pageStorage, this.#pagePower));
    this.page.wake();
    await this.page.start();
  }

  #text(who: string): string {
    const text = `${who} ${++this.#texts}`;
    this.said.set(who, [...(this.said.get(who) ?? []), text]);
    return text;
  }

  /** The newest room that Ada's phone shows, and which `fits`. */
  #room(fits: (room: AgentClient["state"]["rooms"][number]) => boolean = () => true): string | undefined {
    return this.phone.state.rooms.find(fits)?.id;
  }

  async play(one: Step): Promise<void> {
    const { server, clock } = this.place;
    const mine = this.#room(({ state, offer }) => state !== "closed" && !offer);
    const offered = this.#room(({ offer }) => offer !== null);
    const stranger = this.#strangers.at(-1);
    const { room, opening } = this.page.state;
    switch (one.is) {
      case "visitor says":
        if (opening || room?.status === "active" || room?.status === "waiting") this.page.send(this.#text("page"));
        else this.page.open({ page: PAGE, text: this.#text("page") });
        break;
      case "ada says":
        if (mine) this.phone.send(mine, this.#text("ada"));
        break;
      case "ada notes":
        if (mine) this.phone.note(mine, this.#text("ada"));
        break;
      case "ada accepts":
        if (offered) void (one.hold ? this.phone.hold(offered) : this.phone.accept(offered));
        break;
      case "ada declines":
        if (offered) void this.phone.decline(offered);
        break;
      case "ada reads":
        if (mine) this.phone.read(mine);
        break;
      case "ada reads elsewhere":
        if (mine) server.do(this.ada, mine, "room.read", { seq: server.log(mine, this.ada).length });
        break;
      case "visitor reads":
        this.page.read();
        break;
      case "ben accepts":
        if (offered) server.do(this.ben, offered, "room.accept");
        break;
      case "ben says":
        for (const id of server.rooms.keys()) server.do(this.ben, id, "message.send", { text: "ben" });
        break;
      case "ada closes":
        if (mine) void this.phone.close(mine);
        break;
      case "visitor closes":
        if (room && room.status !== "closed" && !opening) void this.page.close();
        break;
      case "a stranger comes":
        this.#strangers.push(this.place.stranger("stranger"));
        break;
      case "a stranger says":
        if (stranger) server.do(stranger.caller, stranger.roomId, "message.send", { text: "stranger" });
        break;
      case "ada looks back":
        if (mine ?? offered)
          await Promise.race([this.phone.loadOlder(mine ?? offered ?? "").catch(() => undefined), clock.pass(100)]);
        break;
      case "sockets end":
        for (const socket of server.live) socket.end();
        break;
      case "sockets die":
        for (const socket of server.live) socket.dead = true;
        break;
      case "the network goes":
        server.cut();
        break;
      case "the network comes":
        server.mend();
        break;
      case "ada's phone restarts":
        await this.restartPhone();
        break;
      case "the visitor's page reloads":
        await this.reloadPage();
        break;
      case "time passes":
        await clock.pass(one.by);
    }
  }

  /** The storm is over: everybody gets through, and catches up once more. */
  async calm(): Promise<void> {
    const { server, clock } = this.place;
    server.fate = () => "good";
    server.carry = (hear) => {
      hear();
    };
    server.mend();
    for (const client of [this.phone, this.page]) if ("retryNow" in client) client.retryNow();
    await clock.pass(700_000);
    for (const socket of server.live) socket.end();
    await clock.pass(120_000);
  }
}

const bySeq = (events: readonly Event[]) => events.map(({ seq, type }) => `${seq} ${type}`);

test(
  "after a storm every device has what the server has, and every word was stored once",
  { timeout: 120_000 },
  async () => {
    const property = fc.asyncProperty(fates, fc.array(step, { minLength: 5, maxLength: 60 }), async (fate, steps) => {
      const storm = new Storm(fate);
      const { server } = storm.place;
      await storm.begin();
      for (const one of steps) {
        await storm.play(one);
        // What was given is written now; before that, an app that is killed knows of nothing.
        await settled();
        // At no time is anything shown out of order, twice, or with a hole that was noticed.
        for (const { id } of storm.phone.state.rooms) {
          const seqs = storm.phone.log(id).events.map(({ seq }) => seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
        }
      }
      await storm.calm();

      // Ada's inbox is a fresh one, summaries, marks and all.
      expect(storm.phone.state.connection).toBe("online");
      expect(storm.phone.state.waiting).toBe(0);
      expect(new Map(storm.phone.state.rooms.map((room) => [room.id, room]))).toEqual(server.list(storm.ada));
      for (const { id } of storm.phone.state.rooms) {
        const log = storm.phone.log(id);
        const truth = bySeq(server.log(id, storm.ada));
        const shown = bySeq(log.events);
        // All of it, from where the window begins.
        if (shown.length) expect(shown).toEqual(truth.slice(-shown.length));
        if (!log.hasOlder) expect(shown.length).toBe(truth.length);
        expect(log.pending.filter(({ state }) => state !== "failed")).toEqual([]);
      }

      // So are the visitor's rooms and the log that is shown.
      const visitor = { kind: "visitor" as const, id: storm.page.state.visitorId ?? "", name: "Vera" };
      expect(storm.page.state.connection).toBe("online");
      expect(new Map(storm.page.state.rooms.map((room) => [room.id, room]))).toEqual(server.list(visitor));
      const room = storm.page.state.room;
      if (room) expect(bySeq(storm.page.state.log.events)).toEqual(bySeq(server.log(room.id, visitor)));

      // Each word is stored exactly once or was refused, and what one person wrote in a room stands as they wrote it.
      const stored = [...server.rooms.values()].flatMap(({ events }) =>
        events.flatMap((event) =>
          event.type === "message.sent" || event.type === "note.added" ? event.data.text : [],
        ),
      );
      for (const who of ["page", "ada"]) {
        const mine = stored.filter((text) => text.startsWith(who));
        expect(mine.length).toBe(new Set(mine).size);
        const failed = server.rooms.size
          ? [...server.rooms.keys(), ""].flatMap((id) => {
              const log = who === "page" ? storm.page.log(id) : storm.phone.log(id);
              return log.pending.map(({ text }) => text);
            })
          : [];
        expect([...mine, ...failed].sort()).toEqual([...(storm.said.get(who) ?? [])].sort());
      }
      for (const { events } of server.rooms.values()) {
        for (const who of ["page", "ada"]) {
          const numbers = events.flatMap((event) =>
            (event.type === "message.sent" || event.type === "note.added") && event.data.text.startsWith(who)
              ? Number(event.data.text.split(" ")[1])
              : [],
          );
          expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
        }
      }
    });
    await fc.assert(property, { numRuns: Number(process.env.STORMS ?? 60) });
  },
);

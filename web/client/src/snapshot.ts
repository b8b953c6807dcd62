/** What is shown, written to the storage a while after it changed, for the next start to show at once. */

import type { Event, Room } from "./contract.js";
import type { Mirror } from "./mirror.js";
import type { Clock, Storage } from "./ports.js";
import { sameItems } from "./same-items.js";

const ROOMS = "rooms";
const LOG = "log/";
/** How many events of a log are kept. */
const EVENTS = 100;

interface StoredRooms {
  rooms: Room[];
  removed: Record<string, number>;
}

interface StoredLog {
  floor: number;
  through: number;
  events: Event[];
}

export class Snapshot<R extends Room> {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #mirror: Mirror<R>;
  /** What was written last under each key, by what it is made of. */
  readonly #written = new Map<string, readonly unknown[]>();
  #cancel: (() => void) | undefined;

  constructor(storage: Storage, clock: Clock, delay: number, mirror: Mirror<R>) {
    this.#storage = storage;
    this.#clock = clock;
    this.#delay = delay;
    this.#mirror = mirror;
  }

  /** Fills the mirror with what was written. */
  async load(): Promise<void> {
    const rooms = (await this.#storage.get(ROOMS)) as StoredRooms | undefined;
    for (const [id, seq] of Object.entries(rooms?.removed ?? {})) this.#mirror.remove(id, seq);
    for (const [key, value] of await this.#storage.list(LOG)) {
      const { floor, through, events } = value as StoredLog;
      this.#mirror.log(key.slice(LOG.length)).cover(floor, through, events);
      this.#written.set(key, []);
    }
    for (const room of rooms?.rooms ?? []) this.#mirror.summary(room as R);
  }

  /** Something may have changed. */
  touch(): void {
    this.#cancel ??= this.#clock.after(this.#delay, () => {
      this.#cancel = undefined;
      void this.#write();
    });
  }

  /** Writes now what has changed. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#write();
  }

  /** Nothing is written any more. */
  drop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#written.clear();
  }

  async #write(): Promise<void> {
    const { rooms, removed, logs } = this.#mirror;
    const writes: Promise<void>[] = [];
    const write = (key: string, madeOf: readonly unknown[], value: () => unknown) => {
      const before = this.#written.get(key);
      if (before && sameItems(before, madeOf)) return;
      this.#written.set(key, madeOf);
      writes.push(this.#storage.put(key, value()));
    };
    for (const id of rooms.keys()) {
      const log = logs.get(id);
      if (log?.floor === undefined) continue;
      const { events, floor, through } = log;
      write(LOG + id, [events, floor, through], () => {
        const kept = events.slice(-EVENTS);
        const first = kept[0];
        // What was cut off is not here any more, so the window begins right before what is.
        return { floor: first && kept.length < events.length ? first.seq - 1 : floor, through, events: kept };
      });
    }
    for (const key of [...this.#written.keys()]) {
      if (!key.startsWith(LOG) || rooms.has(key.slice(LOG.length))) continue;
      this.#written.delete(key);
      writes.push(this.#storage.delete(key));
    }
    // After the logs: a summary without its events is worse than events without their summary.
    write(ROOMS, [...rooms.values(), ...removed.values()], () => ({
      rooms: [...rooms.values()],
      removed: Object.fromEntries(removed),
    }));
    await Promise.allSettled(writes);
  }
}

/** One room's events on one device: a window of the log without holes, and what waits beyond a hole. */

import type { Event } from "./contract.js";

/** Nothing that the device may see is missing between `low`, exclusive, and `high`, inclusive. */
interface Stretch {
  low: number;
  high: number;
  events: Event[];
}

export type Taken = "shown" | "ahead" | "duplicate";

/**
 * What a device holds of a log. Whatever comes, a frame, a page in either direction or an answer, says of a stretch of
 * the log that it is complete; stretches that touch the window grow it, others wait for what lies between.
 */
export class EventLog {
  /** The events of the window, in the order of their `seq`; a new array with every change. */
  events: readonly Event[] = [];
  /** Everything above this `seq` is here, up to `through`. Undefined while nothing is. */
  floor: number | undefined;
  /** It may be higher than the last event's `seq`: a page also says how far the server looked. */
  through = 0;

  #promised = 0;
  #waiting: Stretch[] = [];
  readonly #owners = new Set<string>();

  /** Whether an event above the window is known to be missing. */
  get behind(): boolean {
    return this.floor !== undefined && this.#promised > this.through;
  }

  get hasOlder(): boolean {
    return this.floor !== 0;
  }

  /** Somebody said that there is an event `seq`. */
  promise(seq: number): void {
    this.#promised = Math.max(this.#promised, seq);
  }

  /** Whether the window holds the message or note that this caller made under this `client_id`. */
  holds(kind: string, clientId: string): boolean {
    return this.#owners.has(`${kind} ${clientId}`);
  }

  /** Takes an event from a frame or an answer; `prev` is the `seq` of the one before it that the device may see. */
  frame(event: Event, prev: number): Taken {
    return this.cover(prev, event.seq, [event]);
  }

  /** Takes all events, in any order, that lie above `low` and not above `high`. */
  cover(low: number, high: number, events: readonly Event[]): Taken {
    this.promise(high);
    if (this.floor !== undefined && low >= this.floor && high <= this.through) return "duplicate";
    const sorted = [...events].sort((one, other) => one.seq - other.seq);
    this.#waiting.push({ low, high, events: sorted });
    if (this.floor === undefined) {
      this.floor = low;
      this.through = low;
    }
    const through = this.through;
    const floor = this.floor;
    this.#closeUp();
    return this.through !== through || this.floor !== floor ? "shown" : "ahead";
  }

  #closeUp(): void {
    for (let grew = true; grew;) {
      grew = false;
      for (const stretch of [...this.#waiting]) {
        const floor = this.floor ?? 0;
        if (stretch.low > this.through || stretch.high < floor) continue;
        this.#waiting.splice(this.#waiting.indexOf(stretch), 1);
        const older = stretch.events.filter((one) => one.seq <= floor);
        const newer = stretch.events.filter((one) => one.seq > this.through);
        if (older.length || newer.length) this.events = [...older, ...this.events, ...newer];
        for (const event of [...older, ...newer]) this.#own(event);
        this.floor = Math.min(floor, stretch.low);
        this.through = Math.max(this.through, stretch.high);
        grew = true;
      }
    }
  }

  #own(event: Event): void {
    if (event.client_id && (event.type === "message.sent" || event.type === "note.added")) {
      this.#owners.add(`${event.actor.kind} ${event.client_id}`);
    }
  }
}

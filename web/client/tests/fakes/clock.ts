import type { Clock } from "../../src/index.js";

/** Time that stands still until it is told to pass. */
export class FakeClock implements Clock {
  /** How far this device's clock is off; the world does not care. */
  off = 0;
  #now = Date.parse("2026-03-01T12:00:00.000Z");
  #timers: { due: number; callback: () => void }[] = [];

  /** What the device takes for the time. */
  now(): number {
    return this.#now + this.off;
  }

  /** What time it is. */
  true(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Lets so much time pass, with all that happens meanwhile. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settled();
    for (;;) {
      const next = this.#timers.reduce<{ due: number; callback: () => void } | undefined>(
        (first, timer) => (timer.due <= end && (!first || timer.due < first.due) ? timer : first),
        undefined,
      );
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.due);
      next.callback();
      await settled();
    }
    this.#now = end;
  }
}

/** Fulfils when everything that can go on without time has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

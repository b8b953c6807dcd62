/** The server's clock, as well as it can be told from its answers; the device's own may be wrong by anything. */

import type { Clock } from "./ports.js";

/** How coarse the `Date` header is. */
const SECOND = 1_000;

/**
 * Each answer says that the server's time lay between two bounds when the answer came; together they close in on how
 * far the device's clock is off.
 */
export class ServerTime {
  #low = -Infinity;
  #high = Infinity;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970; the device's own time until the first answer. */
  now(): number {
    return this.#clock.now() + (this.#high === Infinity ? 0 : Math.round((this.#low + this.#high) / 2));
  }

  /**
   * An answer to something asked at `asked`, by the device's clock, came now, and names a time.
   *
   * @param said As in `pong`, or as in the `Date` header, which leaves the milliseconds out.
   */
  heard(asked: number, said: string | null | undefined): void {
    const time = said ? Date.parse(said) : NaN;
    if (Number.isNaN(time)) return;
    const coarseness = said?.includes(".") ? 0 : SECOND;
    // The server looked at its clock after the question left and before its answer came.
    const low = time - this.#clock.now();
    const high = time + coarseness - asked;
    // Outside what was known before, the device's clock has been set since.
    const changed = low > this.#high || high < this.#low;
    this.#low = changed ? low : Math.max(low, this.#low);
    this.#high = changed ? high : Math.min(high, this.#high);
  }
}

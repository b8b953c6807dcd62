/** Waiting that can be cut short. */

import type { Clock } from "./ports.js";

export class Waits {
  readonly #clock: Clock;
  readonly #under = new Map<() => void, boolean>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fulfils after so many milliseconds; sooner when somebody is in a hurry, unless the server asked to wait. */
  wait(milliseconds: number, { firm = false } = {}): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#under.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(milliseconds, end);
      this.#under.set(end, firm);
    });
  }

  /** Ends every wait but the firm ones. */
  hurry(): void {
    for (const [end, firm] of [...this.#under]) if (!firm) end();
  }

  /** Ends every wait. */
  end(): void {
    for (const end of [...this.#under.keys()]) end();
  }
}

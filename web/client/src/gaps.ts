/** When a hole in a log is worth a call: what a second did not heal by itself. */

import type { Clock } from "./ports.js";

export class Gaps {
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #due: () => void;
  readonly #since = new Map<string, () => void>();

  /** `due` is called when a room was behind for as long as patience lasts, and again each time as long after. */
  constructor(clock: Clock, patience: number, due: () => void) {
    this.#clock = clock;
    this.#patience = patience;
    this.#due = due;
  }

  /** Takes note of the rooms that are behind now; all others are whole. */
  look(behind: readonly string[]): void {
    for (const [roomId, cancel] of this.#since) {
      if (behind.includes(roomId)) continue;
      cancel();
      this.#since.delete(roomId);
    }
    for (const roomId of behind) if (!this.#since.has(roomId)) this.#wait(roomId);
  }

  #wait(roomId: string): void {
    const cancel = this.#clock.after(this.#patience, () => {
      this.#wait(roomId);
      this.#due();
    });
    this.#since.set(roomId, cancel);
  }
}

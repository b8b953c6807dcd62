/** Telling listeners, once for everything that changed at once. */

export class News {
  /** Grows with every change. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  #depth = 0;
  #told = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Does the work, then tells if anything changed. */
  together<T>(work: () => T): T {
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
      this.#tell();
    }
  }

  /** Something changed. */
  readonly changed = (): void => {
    this.version += 1;
    this.#tell();
  };

  #tell(): void {
    if (this.#depth > 0 || this.#told === this.version) return;
    this.#told = this.version;
    for (const listener of [...this.#listeners]) listener();
  }
}

import type { Ports } from "./ports.js";
import type { Timings } from "./timings.js";

/** What every client is made with. */
export interface ClientOptions extends Partial<Ports> {
  /** The HTTP API, ending in `/v1`; the socket's URL comes with each ticket. */
  apiUrl: string;
  /** Other patience than the defaults; for tests, mostly. */
  timings?: Partial<Timings>;
}

/** Tells a client's news. */
export interface Observable<State> {
  /** What is shown now: immutable, the same object until something changes. */
  readonly state: State;
  /**
   * Calls back after each change of `state` or of a log, once for all that changed at once; answers what ends it.
   * Fits React's `useSyncExternalStore`.
   */
  readonly subscribe: (listener: () => void) => () => void;
}

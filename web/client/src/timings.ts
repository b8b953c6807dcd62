/** Every number of milliseconds that a client lives by, and how long it waits before it tries again. */

import type { Random } from "./ports.js";

export interface Timings {
  /** A call by HTTPS, as a whole. */
  call: number;
  /** Opening a socket. */
  connect: number;
  /** Until a command sent over the socket is tried by HTTPS. */
  answer: number;
  /** Silence on a socket after which it is pinged; the gateway ends a socket that was idle for 10 minutes. */
  quiet: number;
  /** Silence after a ping that proves the socket dead. */
  pong: number;
  /** How long a missing event may still arrive by itself. */
  gap: number;
  /** The longest wait before a first retry; it doubles with each further one. */
  firstWait: number;
  /** Where the doubling ends. */
  longestWait: number;
  /** How long typing shows unless repeated. */
  typing: number;
  /** How often it is repeated while somebody types. */
  typingRepeat: number;
  /** How long after a change the snapshot for the next start is written. */
  save: number;
}

export const TIMINGS: Timings = {
  call: 15_000,
  connect: 10_000,
  answer: 5_000,
  quiet: 300_000,
  pong: 5_000,
  gap: 1_000,
  firstWait: 500,
  longestWait: 30_000,
  typing: 6_000,
  typingRepeat: 3_000,
  save: 1_000,
};

/**
 * How long to wait before retry number `attempt`, which counts from 0: anything up to a bound that doubles. After an
 * outage, clients that all lost their socket at once come back spread.
 */
export function waitBefore(attempt: number, timings: Timings, random: Random): number {
  return random.fraction() * Math.min(timings.longestWait, timings.firstWait * 2 ** Math.min(attempt, 30));
}

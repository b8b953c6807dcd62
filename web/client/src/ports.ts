/** What the client asks of the place it runs in. Browsers have all of it by default; others hand in their own. */

/**
 * Keeps values under keys, beyond the end of the process. Values are plain JSON data.
 *
 * A promise that fulfils says that the value is kept; a rejected one costs durability, never the command at hand.
 */
export interface Storage {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Every entry whose key begins so, in the keys' order. */
  list(prefix: string): Promise<[key: string, value: unknown][]>;
}

/** An open or opening WebSocket, as much of it as the client uses. The browser's own fits. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** Opens a WebSocket; what fails later is told by `onclose`. */
export type SocketFactory = (url: string) => Socket;

/** Time. All numbers are milliseconds. */
export interface Clock {
  /** What the device takes for the time, since 1970. Nothing is ever ordered by it. */
  now(): number;
  /** Calls back once, later; answers what prevents it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** Chance. */
export interface Random {
  /** At least 0, below 1. */
  fraction(): number;
  /** A new UUID. */
  uuid(): string;
}

/**
 * Lets one of several tabs at a time do a piece of work. Where there is no such thing the work is simply done: what two
 * tabs send twice is stored once, since both send the same `client_id`.
 */
export type Locks = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Tabs that share a storage tell each other that the outbox changed. */
export interface Neighbours {
  tell(): void;
  /** Answers what ends it. */
  listen(heard: () => void): () => void;
}

/** What the device believes of its network; only ever a hint to look sooner. */
export type Reachability = (changed: (reachable: boolean) => void) => () => void;

/** Everything a client needs of its place. Each has a default where the place offers the usual globals. */
export interface Ports {
  storage: Storage;
  fetch: typeof fetch;
  sockets: SocketFactory;
  clock: Clock;
  random: Random;
  locks: Locks;
  neighbours: Neighbours;
  reachability: Reachability;
}

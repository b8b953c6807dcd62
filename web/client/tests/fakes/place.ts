import {
  type AgentClient,
  createAgentClient,
  createMemoryStorage,
  createVisitorClient,
  type Ports,
  type Storage,
  type VisitorClient,
} from "../../src/index.js";
import { FakeClock } from "./clock.js";
import { type Caller, FakeServer } from "./server.js";

export const API = "https://foyer.test/v1";

/** Whether a device is on. One that is off does nothing more, in the midst of whatever it did. */
export interface Power {
  on: boolean;
}

/** A server, the time, and devices in it. */
export class Place {
  readonly clock = new FakeClock();
  readonly server = new FakeServer(this.clock);
  #uuids = 0;

  /** The ports of one device; those of a second tab, or of a next start, share the storage. */
  ports(storage: Storage = createMemoryStorage()): Ports {
    return {
      storage,
      fetch: this.server.fetch,
      sockets: this.server.open,
      clock: this.clock,
      random: { fraction: () => 0.5, uuid: () => `uuid-${++this.#uuids}` },
      locks: (_, work) => work(),
      neighbours: { tell: () => undefined, listen: () => () => undefined },
      reachability: () => () => undefined,
    };
  }

  /** The ports of a device that can be killed. */
  powered(storage: Storage, power: Power): Partial<Ports> {
    const ports = this.ports(storage);
    const never = new Promise<never>(() => undefined);
    const whileOn = <T>(work: () => Promise<T>): Promise<T> => {
      if (!power.on) return never;
      // What was asked for before comes back to nobody.
      return work().then(
        (result) => (power.on ? result : never),
        (error: unknown) => (power.on ? Promise.reject(error as Error) : never),
      );
    };
    return {
      fetch: (input, init) => whileOn(() => ports.fetch(input, init)),
      storage: {
        get: (key) => whileOn(() => storage.get(key)),
        put: (key, value) => whileOn(() => storage.put(key, value)),
        delete: (key) => whileOn(() => storage.delete(key)),
        list: (prefix) => whileOn(() => storage.list(prefix)),
      },
    };
  }

  visitor(storage?: Storage, more: Partial<Ports> = {}): VisitorClient {
    return createVisitorClient({ apiUrl: API, ...this.ports(storage), ...more });
  }

  agent(id: string, storage?: Storage, more: Partial<Ports> = {}): AgentClient {
    const token = () => Promise.resolve(`${id}.0`);
    return createAgentClient({ apiUrl: API, tokens: token, deviceId: `${id}s`, ...this.ports(storage), ...more });
  }

  /** An agent's device with tokens of this test's making. */
  agentWith(tokens: (refused?: string) => Promise<string>): AgentClient {
    return createAgentClient({ apiUrl: API, tokens, ...this.ports() });
  }

  /** A visitor who is no client of this test: what they do is done at the server at once. */
  stranger(text?: string): { caller: Caller; roomId: string } {
    const caller: Caller = { kind: "visitor", id: `stranger${++this.#uuids}`, name: "Vera" };
    const roomId = this.server.openFor(caller, text);
    return { caller, roomId };
  }

  /** Tabs that share a storage, as browsers have them: one does a piece of work at a time, all hear of changes. */
  tabs(): Partial<Ports> {
    const queues = new Map<string, Promise<unknown>>();
    const listening = new Set<() => void>();
    return {
      locks: (name, work) => {
        const turn = (queues.get(name) ?? Promise.resolve()).then(work, work);
        queues.set(
          name,
          turn.catch(() => undefined),
        );
        return turn;
      },
      neighbours: {
        tell: () => {
          for (const heard of listening) heard();
        },
        listen: (heard) => {
          listening.add(heard);
          return () => listening.delete(heard);
        },
      },
    };
  }
}

export const PAGE = { url: "https://shop.example/boots", title: "Boots" };

/** What a log shows, in short: `hello`, or `hello (sending)`. */
export function shown(log: {
  events: readonly { data?: unknown }[];
  pending: readonly { text: string; state: string }[];
}): string[] {
  const stored = log.events.flatMap(({ data }) => (data as { text?: string } | undefined)?.text ?? []);
  return [...stored, ...log.pending.map(({ text, state }) => `${text} (${state})`)];
}

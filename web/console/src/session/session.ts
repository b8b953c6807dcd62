/** Who is signed in on this device. */

import { createAgentClient, openIndexedDb, type AgentClient, type Config, type Socket } from "@foyer/client";

import { forgetDrafts } from "../room/drafts.js";
import { createDepartures, type Departures } from "../offers/departures.js";
import { createStore, type Store } from "../parts/store.js";
import { keepTokens } from "./token-keeper.js";
import { revokeTokens, type Tokens } from "./user-pool.js";

const KEY = "foyer.sign-in";
const DEVICE = "foyer.device";

/** Of a signed-in agent: the client on this agent's own storage. */
export interface Session {
  client: AgentClient;
  departures: Departures;
}

export interface Sessions {
  /** Null while nobody is signed in. */
  readonly current: Store<Session | null>;
  /** Begins a session; the agent's own data of an earlier one on this device is found again. */
  readonly begin: (tokens: Tokens) => void;
  /** Ends it, and leaves nothing of it on the device. */
  readonly end: () => Promise<void>;
  /** The sign-in ran out: what was not sent stays for when the same agent is back. */
  readonly lapse: () => void;
}

/** The sessions of this device, with the one that was left open. */
export function openSessions(config: Config): Sessions {
  const current = createStore<Session | null>(null);
  let tokens = readTokens();

  const keep = (next: Tokens | null) => {
    tokens = next;
    if (next === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(next));
  };

  const begin = (first: Tokens) => {
    keep(first);
    const departures = createDepartures();
    const keeper = keepTokens(config.auth, first, keep, lapse);
    const client = createAgentClient({
      apiUrl: config.api_url,
      tokens: keeper.get,
      deviceId: deviceId(),
      storage: openIndexedDb(`foyer ${subjectOf(first.access)}`),
      sockets: departures.hearing((url) => new WebSocket(url) as Socket),
    });
    current.set({ client, departures });
    void client.start();
  };

  const lapse = () => {
    const session = current.value;
    keep(null);
    current.set(null);
    void session?.client.stop();
  };

  if (tokens !== null) begin(tokens);

  return {
    current,
    begin,
    lapse,
    async end() {
      const session = current.value;
      const last = tokens;
      // Whatever fails here, the person is signed out of this device.
      await Promise.race([session?.client.unregisterDevice().catch(() => undefined), soon()]);
      await session?.client.forget().catch(() => undefined);
      if (last !== null) await revokeTokens(config.auth, last).catch(() => undefined);
      forgetDrafts();
      keep(null);
      current.set(null);
    },
  };
}

/** How long a sign-out waits for a network that may not be there. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3_000));
}

function readTokens(): Tokens | null {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") as Tokens | null;
  } catch {
    return null;
  }
}

/** Names this install for as long as the browser keeps it. */
function deviceId(): string {
  let id = localStorage.getItem(DEVICE);
  if (id === null) localStorage.setItem(DEVICE, (id = crypto.randomUUID()));
  return id;
}

/** The agent that a token speaks for. Nothing is proven by it: it only keeps the data of two agents apart. */
function subjectOf(token: string): string {
  const part = token.split(".")[1] ?? "";
  const { sub } = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))) as { sub: string };
  return sub;
}

/** Keeps an access token good, with one renewal at a time. */

import type { AgentClientOptions, Config } from "@foyer/client";

import { refreshTokens, SignedOutError, type Tokens } from "./user-pool.js";

/** A token is renewed this long before it ends, so that none runs out on its way. */
const MARGIN = 60_000;

export interface TokenKeeper {
  readonly tokens: Tokens;
  /** As the client wants it: from memory while it is good, and never again one that was refused. */
  readonly get: AgentClientOptions["tokens"];
}

/**
 * @param changed told of every renewal, to keep it.
 * @param ended told once the pool says that the sign-in is over.
 */
export function keepTokens(
  auth: Config["auth"],
  first: Tokens,
  changed: (tokens: Tokens) => void,
  ended: () => void,
  renew: typeof refreshTokens = refreshTokens,
): TokenKeeper {
  let tokens = first;
  let renewal: Promise<string> | null = null;

  const renewed = () =>
    (renewal ??= renew(auth, tokens)
      .then((next) => {
        tokens = next;
        changed(next);
        return next.access;
      })
      .catch((error: unknown) => {
        if (error instanceof SignedOutError) ended();
        throw error;
      })
      .finally(() => {
        renewal = null;
      }));

  return {
    get tokens() {
      return tokens;
    },
    get: (refused) => {
      const good = tokens.access !== refused && tokens.expires - MARGIN > Date.now();
      return good ? Promise.resolve(tokens.access) : renewed();
    },
  };
}

/** The HTTPS door: one caller's calls, each with a time limit. */

import { type Answer, meaningOf, problemOf, wishedWait } from "./commands.js";
import type { Clock } from "./ports.js";
import { RefusedError, UnreachableError } from "./problems.js";
import type { ServerTime } from "./server-time.js";

/** Answers the token to call with; told the one that was just refused. Undefined calls as anyone. */
export type Tokens = (refused?: string) => Promise<string | undefined>;

export interface Call {
  /** The body as JSON text, sent as it is. */
  content?: string;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
}

export interface HttpsAnswer extends Answer {
  readonly etag: string | null;
}

export class Https {
  /** Told after each call with a token whether the server took it. */
  authenticated: (good: boolean) => void = () => undefined;
  readonly #parts: { apiUrl: string; fetch: typeof fetch; clock: Clock; time: ServerTime; limit: number };

  constructor(parts: { apiUrl: string; fetch: typeof fetch; clock: Clock; time: ServerTime; limit: number }) {
    this.#parts = parts;
  }

  /** One call. A token that was refused is asked for once more. Rejects with `UnreachableError` where no answer came. */
  async call(tokens: Tokens | undefined, method: string, path: string, call: Call = {}): Promise<HttpsAnswer> {
    const token = await told(tokens?.());
    const answer = await this.#once(token, method, path, call);
    if (!tokens) return answer;
    if (answer.status !== 401) {
      this.authenticated(true);
      return answer;
    }
    const other = await told(tokens(token));
    const second = other === token ? answer : await this.#once(other, method, path, call);
    this.authenticated(second.status !== 401);
    return second;
  }

  /** The body of a success. Rejects with `RefusedError`, or with `UnreachableError` where it may go better later. */
  async must<Body>(tokens: Tokens | undefined, method: string, path: string, call?: Call): Promise<Body> {
    const answer = await this.call(tokens, method, path, call);
    return bodyOf<Body>(answer);
  }

  async #once(token: string | undefined, method: string, path: string, call: Call): Promise<HttpsAnswer> {
    const { apiUrl, fetch, clock, time, limit } = this.#parts;
    const query = Object.entries(call.query ?? {})
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encodeURIComponent(value ?? "")}`)
      .join("&");
    const abort = new AbortController();
    const keepTime = clock.after(limit, () => {
      abort.abort();
    });
    const asked = clock.now();
    try {
      const got = await fetch(`${apiUrl}${path}${query && `?${query}`}`, {
        method,
        headers: {
          ...(call.content !== undefined && { "Content-Type": "application/json" }),
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...call.headers,
        },
        signal: abort.signal,
        // The answers that may be kept are kept by the client itself.
        cache: "no-store",
        ...(call.content !== undefined && { body: call.content }),
      });
      time.heard(asked, got.headers.get("Date"));
      const retryAfter = Number(got.headers.get("Retry-After") ?? 0);
      return {
        status: got.status,
        body: parsed(await got.text()),
        etag: got.headers.get("ETag"),
        ...(retryAfter > 0 && { retryAfter }),
      };
    } catch (error) {
      throw new UnreachableError(`${method} ${path}`, { cause: error });
    } finally {
      keepTime();
    }
  }
}

/** The body of a success. Throws `RefusedError`, or `UnreachableError` where it may go better later. */
export function bodyOf<Body>(answer: Answer): Body {
  switch (meaningOf(answer)) {
    case "done":
      return answer.body as Body;
    case "refused":
      throw new RefusedError(answer.status, problemOf(answer));
    case "again":
      throw new UnreachableError(`status ${answer.status}`, { cause: answer, wait: wishedWait(answer) });
  }
}

async function told(token: Promise<string | undefined> | undefined): Promise<string | undefined> {
  try {
    return await token;
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    throw new UnreachableError("no token", { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** The two calls that need no client: a service worker, or an app that does not know its API yet, makes them. */

import type { Config, PushActionBody, Summary } from "./contract.js";
import { bodyOf } from "./https.js";
import { UnreachableError } from "./problems.js";

/** What an app needs to know, from the one URL that it knows: the API's, ending in `/v1`. Rejects as a client's calls. */
export function loadConfig(apiUrl: string, fetching: typeof fetch = fetch): Promise<Config> {
  return call(fetching, `${apiUrl}/config`);
}

/** Answers a push from the lock screen; its token is the permission, for one decision. */
export function sendPushAction(
  apiUrl: string,
  action: PushActionBody,
  fetching: typeof fetch = fetch,
): Promise<Summary> {
  return call(fetching, `${apiUrl}/push/actions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(action),
  });
}

async function call<Body>(fetching: typeof fetch, url: string, init?: RequestInit): Promise<Body> {
  try {
    const got = await fetching(url, init);
    return bodyOf<Body>({ status: got.status, body: await got.json().catch(() => null) });
  } catch (error) {
    if (error instanceof TypeError) throw new UnreachableError(url, { cause: error });
    throw error;
  }
}

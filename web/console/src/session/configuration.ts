/** Where the API is, and what it says of itself; remembered, for a start without a network. */

import { loadConfig, type Config } from "@foyer/client";

const KEY = "foyer.config";

/** The API's URL: of the page's `<meta name="foyer-api">`, else /v1 of the page's own address. */
export function findApi(page: Document, address: Location, development = import.meta.env.DEV): string {
  const asked = development ? new URLSearchParams(address.search).get("api") : null;
  const named = page.querySelector<HTMLMetaElement>('meta[name="foyer-api"]')?.content ?? "";
  return (asked ?? (named === "" ? `${address.origin}/v1` : named)).replace(/\/$/, "");
}

/** The configuration as the API gives it, or as it was last heard; rejects where neither is to be had. */
export async function openConfig(
  apiUrl: string,
  place: Pick<globalThis.Storage, "getItem" | "setItem"> = localStorage,
): Promise<Config> {
  const kept = place.getItem(`${KEY} ${apiUrl}`);
  const fresh = loadConfig(apiUrl).then((config) => {
    place.setItem(`${KEY} ${apiUrl}`, JSON.stringify(config));
    return config;
  });
  if (kept === null) return fresh;
  // It hardly ever changes: the app starts at once, and what is new counts from the next start on.
  fresh.catch(() => undefined);
  return JSON.parse(kept) as Config;
}

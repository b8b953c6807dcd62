/** Sets the service worker to work, and tells it what it cannot know by itself. */

import { languageOf } from "../words/words.js";
import type { Settings } from "./settings.js";
import type { Store } from "../parts/store.js";

/** Where the worker looks these up when a push wakes it and no page is open; see service-worker/knowledge.ts. */
const CACHE = "foyer-knowledge";
const KEY = "./knowledge.json";

export function registerWorker(apiUrl: string, settings: Store<Settings>): void {
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  navigator.serviceWorker.register("./service-worker.js", { updateViaCache: "none" }).catch(() => undefined);
  const tell = async () => {
    const language = languageOf(settings.value.language, navigator.languages);
    const cache = await caches.open(CACHE);
    await cache.put(KEY, Response.json({ api_url: apiUrl, language }));
  };
  const telling = () => {
    tell().catch(() => undefined);
  };
  telling();
  settings.subscribe(telling);
}

/** What the app told the worker; see src/device/worker.ts. */

export interface Knowledge {
  api_url: string;
  language: "en" | "de";
}

export const KNOWLEDGE_CACHE = "foyer-knowledge";

export async function knowledge(): Promise<Knowledge | null> {
  const cache = await caches.open(KNOWLEDGE_CACHE);
  const kept = await cache.match("./knowledge.json");
  return kept === undefined ? null : ((await kept.json()) as Knowledge);
}

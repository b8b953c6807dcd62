/** What a person chose for this device; kept on it, told to nobody. */

import { createStore, type Store } from "../parts/store.js";

export interface Settings {
  theme: "system" | "light" | "dark";
  /** A language tag of the catalogues; "system" follows the browser. */
  language: "system" | "en" | "de";
  sound: boolean;
  vibration: boolean;
}

const KEY = "foyer.settings";
const DEFAULTS: Settings = { theme: "system", language: "system", sound: true, vibration: true };

/** The settings as they were left; every `set` is kept. */
export function openSettings(place: Pick<globalThis.Storage, "getItem" | "setItem"> = localStorage): Store<Settings> {
  const store = createStore<Settings>({ ...DEFAULTS, ...readJson(place.getItem(KEY)) });
  store.subscribe(() => {
    place.setItem(KEY, JSON.stringify(store.value));
  });
  return store;
}

function readJson(text: string | null): Partial<Settings> {
  try {
    return JSON.parse(text ?? "{}") as Partial<Settings>;
  } catch {
    return {};
  }
}

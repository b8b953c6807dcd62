/** The app's words in the person's language. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import { english } from "./english.js";
import { german } from "./german.js";

export type Words = typeof english;
export type Language = "en" | "de";

/** Every catalogue is complete: the compiler holds them to the English one, a test to its plurals and blanks. */
export const CATALOGUES: Record<Language, Words> = { en: english, de: german };

/** The language that is shown: the chosen one, or the first of the browser's that there is a catalogue for. */
export function languageOf(chosen: Language | "system", preferred: readonly string[]): Language {
  if (chosen !== "system") return chosen;
  const known = preferred.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag === "en" || tag === "de");
  return known ?? "en";
}

export const WordsContext = createContext<Words>(english);

export function useWords(): Words {
  return useContext(WordsContext);
}

/** The language and the look, around everything else. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";

import type { Settings } from "./device/settings.js";
import { useStore, type Store } from "./parts/store.js";
import { CATALOGUES, languageOf, WordsContext } from "./words/words.js";

export function Frame({ settings, children }: { settings: Store<Settings>; children: ComponentChildren }) {
  const { language, theme } = useStore(settings);
  const words = CATALOGUES[languageOf(language, navigator.languages)];
  useLayoutEffect(() => {
    const page = document.documentElement;
    page.lang = words.locale;
    page.dir = words.dir;
    page.dataset.theme = theme;
  }, [words, theme]);
  return <WordsContext.Provider value={words}>{children}</WordsContext.Provider>;
}

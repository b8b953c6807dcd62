import { describe, expect, it } from "vitest";

import { WORDS } from "../service-worker/words.js";
import { CATALOGUES, languageOf } from "../src/words/words.js";

/** Every word of a catalogue by its path, a function called with something of its kind. */
function texts(part: object, path = ""): [path: string, text: string][] {
  return Object.entries(part).flatMap(([name, value]: [string, unknown]) => {
    const here = path === "" ? name : `${path}.${name}`;
    if (typeof value === "string") return [[here, value]];
    if (typeof value === "function") {
      const made = (value as (...given: unknown[]) => string)(2, 3);
      return [[here, made]];
    }
    return texts(value as object, here);
  });
}

describe.each<[string, Record<"en" | "de", object>]>([
  ["the app", CATALOGUES],
  ["the notifications", WORDS],
])("the catalogues of %s", (_name, catalogues) => {
  it("say the same things in each language, and leave nothing out", () => {
    const [first, ...others] = Object.values(catalogues).map((words) => new Map(texts(words)));
    for (const other of others) expect([...other.keys()].sort()).toEqual([...(first?.keys() ?? [])].sort());
    for (const words of Object.values(catalogues)) {
      for (const [path, text] of texts(words)) expect(text.trim(), path).not.toBe("");
    }
  });

  it("are translated", () => {
    const english = texts(catalogues.en);
    const german = new Map(texts(catalogues.de));
    const long = english.filter(([, text]) => text.split(" ").length > 2);
    for (const [path, text] of long) expect(german.get(path), path).not.toBe(text);
  });
});

describe("the language", () => {
  it("is the chosen one, else the browser's first that is known, else English", () => {
    expect(languageOf("de", ["en"])).toBe("de");
    expect(languageOf("system", ["fr-FR", "de-AT", "en"])).toBe("de");
    expect(languageOf("system", ["fr"])).toBe("en");
  });
});

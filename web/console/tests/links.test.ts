import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findLinks, isEmojiOnly } from "../src/room/links.js";

const links = (text: string) => findLinks(text).flatMap((piece) => (piece.href === null ? [] : [piece.href]));

describe("links", () => {
  it("leave the text as it is", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom("https://a.example/x?y=(z)", "www.b.example.", "c@d.example", " ", "("),
    );
    fc.assert(
      fc.property(fc.array(word), (parts) => {
        const text = parts.join("");
        expect(
          findLinks(text)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });

  it("lead nowhere but to the web and to an address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        for (const href of links(text)) expect(href).toMatch(/^(https?:|mailto:)/);
      }),
    );
    expect(links("javascript:alert(1) data:text/html,x file:///etc")).toEqual([]);
  });

  it("end before the punctuation of the sentence", () => {
    expect(links("See https://shop.example/a_(b), please (or www.shop.example/c).")).toEqual([
      "https://shop.example/a_(b)",
      "https://www.shop.example/c",
    ]);
    expect(links("Write to ada@shop.example!")).toEqual(["mailto:ada@shop.example"]);
  });
});

describe("a text of emoji alone", () => {
  it("is told from digits and words", () => {
    expect(["🎉", "👩‍👩‍👧 👍🏽", "❤️"].map(isEmojiOnly)).toEqual([true, true, true]);
    expect(["12", "ok 👍", " ", "#"].map(isEmojiOnly)).toEqual([false, false, false, false]);
  });
});

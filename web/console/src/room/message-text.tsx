/** A text as somebody wrote it: line breaks, links, emoji; a very long one folded. */

import { useState } from "preact/hooks";

import { useWords } from "../words/words.js";
import { findLinks, isEmojiOnly } from "./links.js";

const LONG = 1_200;
const SHORT = 900;

export function MessageText({ text }: { text: string }) {
  const words = useWords().room;
  const [open, setOpen] = useState(false);
  const long = text.length > LONG;
  // Not inside of a surrogate pair.
  const shown = long && !open ? `${text.slice(0, SHORT).replace(/[\ud800-\udbff]$/, "")}…` : text;
  return (
    <>
      <p class="message-text" dir="auto" data-emoji={isEmojiOnly(text)}>
        {findLinks(shown).map((piece, place) =>
          piece.href === null ? (
            piece.text
          ) : (
            <a key={place} href={piece.href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
              {piece.text}
              <span class="visually-hidden"> ({words.opensInNewTab})</span>
            </a>
          ),
        )}
      </p>
      {long && (
        <button
          class="fold"
          type="button"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? words.less : words.more}
        </button>
      )}
    </>
  );
}

/** A handful of emoji for keyboards that have none. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { useWords } from "../words/words.js";

const EMOJI = [
  "🙂",
  "😀",
  "😄",
  "😊",
  "😉",
  "😅",
  "😍",
  "🤔",
  "😕",
  "😢",
  "🙏",
  "👋",
  "👍",
  "👎",
  "👌",
  "👏",
  "🙌",
  "💪",
  "🎉",
  "✨",
  "❤️",
  "💡",
  "✅",
  "❌",
  "⚠️",
  "⏳",
  "📎",
  "📦",
  "🚚",
  "💳",
  "☕",
  "🍀",
];

export function EmojiPicker({ pick, close }: { pick: (emoji: string) => void; close: () => void }) {
  const words = useWords();
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    first.current?.focus();
  }, []);
  return (
    <div
      class="picker emoji-picker"
      role="group"
      aria-label={words.composer.emoji}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      {EMOJI.map((emoji, place) => (
        <button
          key={emoji}
          ref={place === 0 ? first : null}
          type="button"
          onClick={() => {
            pick(emoji);
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}

/** Finds the addresses in a text. */

export interface Piece {
  text: string;
  /** Where it leads, if anywhere: http, https or mailto, nothing else. */
  href: string | null;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+|\bwww\.[^\s<>"]+\.[^\s<>"]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const CLOSING = /[.,;:!?'"»”’…]+$/u;

/** The text in pieces; together they are the text again. */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    const href = hrefOf(address);
    if (href === null) continue;
    if (match.index > end) pieces.push({ text: text.slice(end, match.index), href: null });
    pieces.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/** Punctuation belongs to the sentence, and so does a bracket that was not opened inside of the address. */
function withoutTail(address: string): string {
  for (;;) {
    let shorter = address.replace(CLOSING, "");
    if (/[)\]]$/.test(shorter) && !/[([].*[)\]]$/.test(shorter)) shorter = shorter.slice(0, -1);
    if (shorter === address) return address;
    address = shorter;
  }
}

function hrefOf(address: string): string | null {
  const web = /^(https?:\/\/|www\.)/i.test(address);
  try {
    const url = new URL(web ? address.replace(/^www\./i, "https://www.") : `mailto:${address}`);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0f\u20e3\s]+$/u;

/** Whether a text is a few emoji and nothing else: it may be shown large. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 40 && text.trim() !== "" && EMOJI.test(text);
}

/** Finds rooms by what their row shows. */

import type { Summary } from "@foyer/client";

/** The rooms in which every word of the query is found: in a name or in the last message. */
export function searchRooms(rooms: readonly Summary[], query: string): readonly Summary[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return rooms;
  return rooms.filter((room) => {
    const text = folded(
      [room.visitor.name, ...room.participants.map((one) => one.name), room.last_message?.text].join(" "),
    );
    return words.every((word) => text.includes(word));
  });
}

/** Without case and accents: "Zoe" finds "Zoë". */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

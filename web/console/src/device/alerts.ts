/** When a new message deserves a sound. */

import type { Summary } from "@foyer/client";

/** The rooms of this agent in which a visitor wrote between the two; offers ring by themselves. */
export function heardBetween(before: readonly Summary[], after: readonly Summary[], myId: string): Summary[] {
  const known = new Map(before.map((room) => [room.id, room]));
  return after.filter((room) => {
    const earlier = known.get(room.id);
    const last = room.last_message;
    return (
      earlier !== undefined &&
      last?.from.kind === "visitor" &&
      last.seq > (earlier.last_message?.seq ?? 0) &&
      room.participants.some((one) => one.id === myId)
    );
  });
}

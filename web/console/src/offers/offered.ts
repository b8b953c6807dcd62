/** Which rooms ring. */

import type { Summary } from "@foyer/client";

/** An offer is one of its own: a room that is offered a second time rings a second time. */
export function offerKey(room: Summary): string {
  return `${room.id} ${room.offer?.seq ?? 0}`;
}

/**
 * The rooms that ring for this agent, the one that waits longest first. A room that the agent is in already, or an
 * offer that was answered on this device or put off, does not ring; nobody but an online agent hears any.
 */
export function ringing(
  rooms: readonly Summary[],
  agent: { id: string; status: string } | null,
  quiet: ReadonlySet<string>,
): Summary[] {
  if (agent?.status !== "online") return [];
  return rooms
    .filter(
      (room) =>
        room.offer !== null &&
        room.status !== "closed" &&
        !room.participants.some((one) => one.id === agent.id) &&
        !quiet.has(offerKey(room)),
    )
    .sort((one, other) => ((one.offer?.at ?? "") < (other.offer?.at ?? "") ? -1 : 1));
}

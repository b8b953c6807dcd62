/** The inbox's order, tabs and counts (contract.md, "The inbox, exactly"), from the summaries alone. */

import type { Counts, Summary, Tab } from "./contract.js";

const COUNTED = 100;

/** Open rooms by their last change, then closed ones by their close, newest first. */
export function inInboxOrder(rooms: Iterable<Summary>): Summary[] {
  return [...rooms].sort(
    (one, other) =>
      Number(one.status === "closed") - Number(other.status === "closed") ||
      descending(one.closed_at ?? one.changed_at, other.closed_at ?? other.changed_at) ||
      descending(one.id, other.id),
  );
}

/** Whether the tab shows the room. */
export function isUnder(tab: Tab, room: Summary, myId: string): boolean {
  switch (tab) {
    case "all":
      return room.state !== null;
    case "active":
      return room.status !== "closed" && room.participants.some((one) => one.id === myId);
    case "waiting":
    case "closed":
      return room.state === tab;
  }
}

/** How many rooms each tab shows; 100 means 100 or more. */
export function countTabs(rooms: readonly Summary[], myId: string): Counts {
  const count = (tab: Tab) => Math.min(COUNTED, rooms.filter((room) => isUnder(tab, room, myId)).length);
  return { all: count("all"), active: count("active"), waiting: count("waiting"), closed: count("closed") };
}

function descending(one: string, other: string): number {
  // Timestamps of one form sort as text; nothing is parsed.
  return one < other ? 1 : one > other ? -1 : 0;
}

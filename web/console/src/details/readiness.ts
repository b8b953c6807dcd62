/** Who is likeliest to take a room. */

import type { Colleague } from "@foyer/client";

const READY: readonly Colleague["status"][] = ["online", "away", "offline"];

/** Online before away before offline, then the least busy, then by name. */
export function byReadiness(colleagues: readonly Colleague[]): Colleague[] {
  return [...colleagues].sort(
    (one, other) =>
      READY.indexOf(one.status) - READY.indexOf(other.status) ||
      one.open_rooms - other.open_rooms ||
      one.name.localeCompare(other.name),
  );
}

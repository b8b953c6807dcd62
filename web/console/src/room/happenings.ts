/** What happened in a room, in words. */

import type { Words } from "../words/words.js";
import type { Happening } from "./timeline.js";

/** @param nameOf an agent's or a department's name by its id. */
export function happeningText(
  event: Happening["event"],
  myId: string,
  nameOf: (id: string) => string,
  words: Words,
): string {
  const { happenings } = words;
  const mine = event.actor.id === myId;
  const name = event.actor.name ?? (event.actor.kind === "visitor" ? words.someVisitor : words.someAgent);
  switch (event.type) {
    case "room.opened": {
      const page = event.data.page;
      return page.url === "" ? happenings.opened(name) : happenings.openedOn(name, page.title ?? page.url);
    }
    case "room.accepted":
      if (event.data.hold) return mine ? happenings.heldByYou : happenings.held(name);
      return mine ? happenings.acceptedByYou : happenings.accepted(name);
    case "room.declined":
      return mine ? happenings.declinedByYou : happenings.declined(name);
    case "agent.invited": {
      const other = nameOf(event.data.agent_id);
      return mine ? happenings.invitedByYou(other) : happenings.invited(name, other);
    }
    case "room.transferred": {
      const other = nameOf(event.data.agent_id ?? event.data.department_id ?? "");
      return mine ? happenings.transferredByYou(other) : happenings.transferred(name, other);
    }
    case "agent.left":
      return mine ? happenings.leftByYou : happenings.left(name);
    case "room.unattended":
      return happenings.unattended[event.data.reason];
    case "room.closed": {
      const { closed_by: by, reason } = event.data;
      if (reason !== "closed") return happenings.closed[reason];
      if (by === "agent") return mine ? happenings.closed.agentYou : happenings.closed.agent(name);
      return happenings.closed[by];
    }
    case "room.rated":
      return happenings.rated(name, event.data.score);
  }
}

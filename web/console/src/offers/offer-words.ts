/** A word about what became of an offer, and about every command that the server refused. */

import type { Summary } from "@foyer/client";
import { useEffect, useRef } from "preact/hooks";

import { useAgentState, useDesk } from "../desk.js";
import { visitorName } from "../parts/people.js";
import { problemText } from "../parts/problems.js";
import { useWords } from "../words/words.js";

export function useOfferWords(): void {
  const words = useWords();
  const { client, departures, notices } = useDesk();
  const rooms = useAgentState((state) => state.rooms);
  // Once a room is gone nobody else knows whose it was.
  const names = useRef(new Map<string, Summary["visitor"]>());
  for (const room of rooms) names.current.set(room.id, room.visitor);

  useEffect(() => {
    const { offer } = words;
    const nameOf = (roomId: string) => visitorName(names.current.get(roomId) ?? { name: null }, words);
    const endings = [
      departures.listen(({ room_id: roomId, reason, by }) => {
        const visitor = nameOf(roomId);
        if (reason === "taken") {
          const text = by.name ? offer.takenBy(visitor, by.name) : offer.taken(visitor);
          notices.show({ text, about: roomId });
        }
        if (reason === "withdrawn") notices.show({ text: offer.ended(visitor), about: roomId });
        if (reason === "closed") notices.show({ text: offer.closed(visitor), about: roomId });
      }),
      client.onRefused(({ room_id: roomId, error }) => {
        const by = error.problem.taken_by?.name;
        const text =
          error.code === "already_taken" && by ? offer.takenBy(nameOf(roomId), by) : problemText(error, words);
        notices.show({ text, about: roomId, tone: "bad" });
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }, [client, departures, notices, words]);
}

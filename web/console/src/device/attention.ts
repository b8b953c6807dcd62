/** Draws attention to what came in: a sound, the number on the app's icon and in the page's title. */

import { useEffect, useRef } from "preact/hooks";

import { useAgentState, useDesk, useMyId } from "../desk.js";
import { heardBetween } from "./alerts.js";
import { chime } from "./ringing.js";

/** @param shown the room that is open on this device. */
export function useAttention(shown: string | null): void {
  const { settings } = useDesk();
  const myId = useMyId();
  const rooms = useAgentState((state) => state.rooms);
  const connection = useAgentState((state) => state.connection);
  const waiting = useAgentState((state) => state.counts.waiting);
  const before = useRef(rooms);

  useEffect(() => {
    const heard = heardBetween(before.current, rooms, myId);
    before.current = rooms;
    const missed = heard.some((room) => room.id !== shown || document.visibilityState !== "visible");
    // What is fetched after an absence is shown, but not sounded all at once.
    if (missed && connection === "online") chime(settings.value);
  }, [rooms]);

  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) Foyer` : "Foyer";
    if (!("setAppBadge" in navigator)) return;
    (waiting > 0 ? navigator.setAppBadge(waiting) : navigator.clearAppBadge()).catch(() => undefined);
  }, [waiting]);
}

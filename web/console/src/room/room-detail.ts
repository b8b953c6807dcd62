/** The visitor's profile and earlier rooms: asked for as a room is opened, kept while the app runs. */

import { RefusedError, type AgentClient, type RoomDetail } from "@foyer/client";
import { useEffect, useState } from "preact/hooks";

import { useAgentState, useDesk } from "../desk.js";

const kept = new WeakMap<AgentClient, Map<string, RoomDetail>>();

interface Answer {
  roomId: string;
  detail: RoomDetail | null;
  /** The server says that there is no such room, for this agent. */
  missing: boolean;
  /** It could not be asked. */
  failed: boolean;
}

/** Asked again whenever the app comes back online. */
export function useRoomDetail(roomId: string): Omit<Answer, "roomId"> {
  const { client } = useDesk();
  const connection = useAgentState((state) => state.connection);
  const online = connection === "online";
  const known = kept.get(client) ?? new Map<string, RoomDetail>();
  kept.set(client, known);
  const [answer, setAnswer] = useState<Answer | null>(null);

  useEffect(() => {
    let current = true;
    client.room(roomId).then(
      (detail) => {
        known.set(roomId, detail);
        if (current) setAnswer({ roomId, detail, missing: false, failed: false });
      },
      (error: unknown) => {
        const missing = error instanceof RefusedError && error.code === "not_found";
        if (current) setAnswer({ roomId, detail: known.get(roomId) ?? null, missing, failed: !missing });
      },
    );
    return () => {
      current = false;
    };
  }, [client, roomId, online]);

  if (answer?.roomId === roomId) return answer;
  return { detail: known.get(roomId) ?? null, missing: false, failed: false };
}

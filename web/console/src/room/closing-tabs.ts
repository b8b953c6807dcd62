/**
 * Tabs that are about to close. A closed room cannot be opened again, so the undo is a moment's patience before the
 * command is given; a page that goes away in that moment gives it at once.
 */

import type { AgentClient } from "@foyer/client";

import { createStore, type Store } from "../parts/store.js";

export interface ClosingTabs {
  /** Rooms that are shown no more, though the server does not know yet. */
  readonly rooms: Store<ReadonlySet<string>>;
  /** Closes the tab after `patience`; answers what undoes it, false if it was too late. */
  readonly close: (roomId: string, refused: (error: unknown) => void) => () => boolean;
  /** Gives all commands that are still held back. */
  readonly flush: () => void;
}

export const PATIENCE = 5_000;

export function createClosingTabs(client: Pick<AgentClient, "close">, patience = PATIENCE): ClosingTabs {
  const rooms = createStore<ReadonlySet<string>>(new Set());
  const held = new Map<string, { timer: ReturnType<typeof setTimeout>; give: () => void }>();
  const show = (roomId: string) => {
    rooms.set(new Set([...rooms.value].filter((id) => id !== roomId)));
  };
  return {
    rooms,
    close(roomId, refused) {
      if (held.has(roomId)) return () => false;
      const give = () => {
        clearTimeout(held.get(roomId)?.timer);
        held.delete(roomId);
        client
          .close(roomId)
          .catch(refused)
          .finally(() => {
            show(roomId);
          });
      };
      held.set(roomId, { timer: setTimeout(give, patience), give });
      rooms.set(new Set([...rooms.value, roomId]));
      return () => {
        const waiting = held.get(roomId);
        if (!waiting) return false;
        clearTimeout(waiting.timer);
        held.delete(roomId);
        show(roomId);
        return true;
      };
    },
    flush() {
      for (const { give } of [...held.values()]) give();
    },
  };
}

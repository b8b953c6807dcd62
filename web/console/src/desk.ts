/** What the screens of a signed-in agent work with. */

import type { AgentClient, AgentState, RoomLog, Summary } from "@foyer/client";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { Departures } from "./offers/departures.js";
import type { PushDevice } from "./device/push-device.js";
import type { Notices } from "./parts/notices.js";
import type { ClosingTabs } from "./room/closing-tabs.js";
import type { Settings } from "./device/settings.js";
import { useObserved, type Store } from "./parts/store.js";

export interface Desk {
  client: AgentClient;
  settings: Store<Settings>;
  notices: Notices;
  departures: Departures;
  closing: ClosingTabs;
  push: PushDevice;
  /** Shows the sign-in screen; what was not sent stays on the device for the same agent. */
  readonly signInAgain: () => void;
  /** Signs this device out; what was not sent is lost. */
  readonly signOut: () => Promise<void>;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("a screen stands outside of DeskContext");
  return desk;
}

/** A part of the client's state. `select` picks; it must not make new objects. */
export function useAgentState<Part>(select: (state: AgentState) => Part): Part {
  const { client } = useDesk();
  return useObserved(client, () => select(client.state));
}

export function useRoomLog(roomId: string): RoomLog {
  const { client } = useDesk();
  return useObserved(client, () => client.log(roomId));
}

export function useRoom(roomId: string): Summary | undefined {
  return useAgentState((state) => state.rooms.find((room) => room.id === roomId));
}

/** The agent's own id; empty until it is known, which it is once anything was ever heard. */
export function useMyId(): string {
  return useAgentState((state) => state.me?.id ?? "");
}

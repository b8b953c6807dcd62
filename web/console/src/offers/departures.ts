/** Who took what: the one word of a `room.removed` frame that the inbox itself does not keep. */

import type { Frame, Socket, SocketFactory } from "@foyer/client";

type RoomRemoved = Extract<Frame, { type: "room.removed" }>;

export interface Departure {
  room_id: string;
  reason: RoomRemoved["reason"];
  /** Who took it, closed it or withdrew it, where somebody did. */
  by: RoomRemoved["by"];
}

export interface Departures {
  /** Calls back when a room left the inbox; answers what ends it. */
  listen(listener: (departure: Departure) => void): () => void;
  /** Opens sockets as `open` does, and listens to what they say. */
  hearing(open: SocketFactory): SocketFactory;
  tell(departure: Departure): void;
}

export function createDepartures(): Departures {
  const listeners = new Set<(departure: Departure) => void>();
  const tell = (departure: Departure) => {
    for (const listener of [...listeners]) listener(departure);
  };
  return {
    tell,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hearing: (open) => (url) =>
      overheard(open(url), (text) => {
        const removed = removedRoom(text);
        if (removed !== null) tell(removed);
      }),
  };
}

function overheard(socket: Socket, hear: (text: unknown) => void): Socket {
  let onmessage: Socket["onmessage"] = null;
  socket.onmessage = (message) => {
    // The inbox first: whoever is told finds the room gone.
    onmessage?.(message);
    hear(message.data);
  };
  return new Proxy(socket, {
    get: (target, name) => {
      if (name === "onmessage") return onmessage;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => {
      if (name === "onmessage") {
        onmessage = value as Socket["onmessage"];
        return true;
      }
      return Reflect.set(target, name, value);
    },
  });
}

function removedRoom(text: unknown): Departure | null {
  try {
    const frame = JSON.parse(String(text)) as Partial<RoomRemoved> | null;
    if (frame?.type !== "room.removed") return null;
    const { room_id, reason, by } = frame;
    return room_id === undefined || reason === undefined || by === undefined ? null : { room_id, reason, by };
  } catch {
    return null;
  }
}

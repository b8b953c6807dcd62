/** What a push becomes on the screen. */

import type { WORDS } from "./words.js";

/** The contract's payload; the visitor's name and words only where the operator turned them on. */
export interface PushPayload {
  kind: "offer" | "message" | "invite" | "transfer" | "clear";
  room_id: string;
  seq: number;
  badge: number;
  token?: string;
  sender?: string | null;
  text?: string | null;
}

// Newer than the compiler's own declarations.
interface ActionOptions extends NotificationOptions {
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  vibrate?: number[];
}

type Words = (typeof WORDS)[keyof typeof WORDS];

/** One notification for each room: a newer one takes the place of the one before. */
export function noteFor(
  payload: PushPayload & { kind: keyof Words["kinds"] },
  words: Words,
): {
  title: string;
  options: ActionOptions;
} {
  const rings = payload.kind !== "message";
  const what = words.kinds[payload.kind];
  const title = payload.sender ? `${payload.sender} – ${what}` : what;
  // Browsers show two or three: what can be taken back, or done in the app too, comes last.
  const decisions = (["accept", "hold", "decline"] as const).map((action) => ({ action, title: words[action] }));
  return {
    title,
    options: {
      body: payload.text ?? words.body,
      tag: payload.room_id,
      renotify: true,
      requireInteraction: rings,
      icon: "./icon-192.png",
      badge: "./badge-96.png",
      data: payload,
      ...(rings && payload.token !== undefined && { actions: decisions, vibrate: [250, 120, 250] }),
    },
  };
}

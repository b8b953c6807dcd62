/** The service worker: the app without a network, and what the app says on a lock screen. */

import { RefusedError, sendPushAction, type PushActionBody } from "@foyer/client";

import { knowledge } from "./knowledge.js";
import { noteFor, type PushPayload } from "./notes.js";
import { shellCache } from "./shell.js";
import { WORDS } from "./words.js";

declare const self: ServiceWorkerGlobalScope;

const shell = shellCache();

self.addEventListener("install", (event) => {
  event.waitUntil(shell.fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(shell.tidy().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const answer = shell.answer(event.request);
  if (answer !== null) event.respondWith(answer);
});

self.addEventListener("push", (event) => {
  event.waitUntil(pushed(event.data?.json() as PushPayload | undefined));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clicked(event.notification.data as PushPayload, event.action));
});

async function pushed(payload: PushPayload | undefined): Promise<void> {
  if (payload === undefined) return;
  if ("setAppBadge" in navigator) await navigator.setAppBadge(payload.badge).catch(() => undefined);
  const { kind } = payload;
  if (kind === "clear") {
    await withdraw(payload.room_id);
    return;
  }
  const { title, options } = noteFor({ ...payload, kind }, WORDS[await language()]);
  await self.registration.showNotification(title, options);
  if (payload.token !== undefined) await act(payload.token, "seen").catch(() => undefined);
}

async function clicked(payload: PushPayload, action: string): Promise<void> {
  if (!isDecision(action) || payload.token === undefined) {
    await open(payload.room_id);
    return;
  }
  const words = WORDS[await language()];
  try {
    await act(payload.token, action);
    if (action === "accept") await open(payload.room_id);
  } catch (error) {
    const taker = error instanceof RefusedError ? error.problem.taken_by?.name : undefined;
    const text = taker ? words.takenBy(taker) : error instanceof RefusedError ? words.gone : words.failed;
    await self.registration.showNotification(text, { tag: payload.room_id, data: { ...payload, token: undefined } });
  }
}

async function act(token: string, action: PushActionBody["action"]): Promise<void> {
  const known = await knowledge();
  if (known === null) throw new Error("the app never told where the API is");
  await sendPushAction(known.api_url, { token, action });
}

function isDecision(action: string): action is "accept" | "hold" | "decline" {
  return action === "accept" || action === "hold" || action === "decline";
}

async function withdraw(roomId: string): Promise<void> {
  for (const note of await self.registration.getNotifications({ tag: roomId })) note.close();
}

/** Shows the room in the window that is open, or opens one. */
async function open(roomId: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const window = windows[0];
  if (window !== undefined) {
    window.postMessage({ open_room: roomId });
    await window.focus();
  } else {
    await self.clients.openWindow(`./#/rooms/${encodeURIComponent(roomId)}`);
  }
}

async function language(): Promise<keyof typeof WORDS> {
  return (await knowledge())?.language ?? "en";
}

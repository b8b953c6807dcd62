/** This browser as a device that Foyer can wake. */

import type { AgentClient } from "@foyer/client";

import { createStore, type Store } from "../parts/store.js";

export type PushState = "on" | "off" | "denied" | "unsupported" | "unconfigured";

export interface PushDevice {
  readonly state: Store<PushState>;
  /** Looks again what is the case, and tells the server the subscription if there is one: browsers renew it silently. */
  refresh(): Promise<void>;
  /** Asks for the permission; call it from a click alone. */
  enable(locale: string): Promise<void>;
  disable(): Promise<void>;
}

export function createPushDevice(
  client: Pick<AgentClient, "registerDevice" | "unregisterDevice">,
  vapidPublicKey: string | null,
): PushDevice {
  const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const state = createStore<PushState>(vapidPublicKey === null ? "unconfigured" : !supported ? "unsupported" : "off");
  const able = vapidPublicKey !== null && supported;

  const register = (subscription: PushSubscription, locale: string) =>
    client.registerDevice({ platform: "web", push_token: JSON.stringify(subscription), locale });

  return {
    state,
    async refresh() {
      if (!able) return;
      if (Notification.permission === "denied") {
        state.set("denied");
        return;
      }
      const registration = await navigator.serviceWorker.getRegistration();
      const subscription = await registration?.pushManager.getSubscription();
      state.set(subscription && Notification.permission === "granted" ? "on" : "off");
      if (subscription) await register(subscription, document.documentElement.lang);
    },
    async enable(locale) {
      if (!able) return;
      const permission = await Notification.requestPermission();
      if (permission !== "granted") {
        state.set(permission === "denied" ? "denied" : "off");
        return;
      }
      const registration = await navigator.serviceWorker.ready;
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: vapidPublicKey,
      });
      await register(subscription, locale);
      state.set("on");
    },
    async disable() {
      const registration = await navigator.serviceWorker.getRegistration();
      const subscription = await registration?.pushManager.getSubscription();
      // Unsubscribed first: the browser keeps silent even if the server cannot be told.
      await subscription?.unsubscribe();
      state.set("off");
      await client.unregisterDevice();
    },
  };
}

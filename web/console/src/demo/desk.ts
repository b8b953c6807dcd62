/** A desk on a fake client. */

import type { Desk } from "../desk.js";
import type { PushState } from "../device/push-device.js";
import type { Settings } from "../device/settings.js";
import { createDepartures } from "../offers/departures.js";
import { createNotices } from "../parts/notices.js";
import { createStore, type Store } from "../parts/store.js";
import { createClosingTabs } from "../room/closing-tabs.js";
import { createFakeAgentClient, type FakeAgentClient, type FakeData } from "./fake-agent-client.js";

export function createDemoDesk(data: FakeData, settings: Store<Settings>): { desk: Desk; client: FakeAgentClient } {
  const client = createFakeAgentClient(data);
  const state = createStore<PushState>("off");
  const desk: Desk = {
    client,
    settings,
    notices: createNotices(),
    departures: createDepartures(),
    closing: createClosingTabs(client),
    push: {
      state,
      refresh: () => Promise.resolve(),
      enable: () => {
        state.set("on");
        return Promise.resolve();
      },
      disable: () => {
        state.set("off");
        return Promise.resolve();
      },
    },
    signInAgain: () => client.calls.push("signInAgain"),
    signOut: () => {
      client.calls.push("signOut");
      return Promise.resolve();
    },
  };
  return { desk, client };
}

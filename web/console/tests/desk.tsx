/** The app on a fake client, as a test draws it. */

import type { AgentClient } from "@foyer/client";
import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";

import { AgentApp } from "../src/agent-app.js";
import { DATA } from "../src/demo/data.js";
import { createDemoDesk } from "../src/demo/desk.js";
import type { FakeAgentClient, FakeData } from "../src/demo/fake-agent-client.js";
import type { Desk } from "../src/desk.js";
import { openSettings, type Settings } from "../src/device/settings.js";
import { Frame } from "../src/frame.js";

export interface Scene {
  desk: Desk;
  client: FakeAgentClient & AgentClient;
  user: ReturnType<typeof userEvent.setup>;
}

/** Draws the signed-in app at an address behind the #. */
export function openApp(at = "/", data: Partial<FakeData> = {}, chosen: Partial<Settings> = {}): Scene {
  location.hash = at;
  const settings = openSettings();
  settings.set({ ...settings.value, language: "en", sound: false, vibration: false, ...chosen });
  const { desk, client } = createDemoDesk({ ...DATA, ...data }, settings);
  render(
    <Frame settings={settings}>
      <AgentApp desk={desk} />
    </Frame>,
  );
  return { desk, client, user: userEvent.setup() };
}

export const region = (name: string | RegExp) => screen.getByRole("region", { name });

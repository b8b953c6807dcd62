import { render, screen, waitFor } from "@testing-library/preact";
import axe from "axe-core";
import { describe, expect, it } from "vitest";

import { DATA, INCOMING, INVITED } from "../src/demo/data.js";
import { openSettings, type Settings } from "../src/device/settings.js";
import { Frame } from "../src/frame.js";
import { SignInScreen } from "../src/session/sign-in-screen.js";
import { openApp } from "./desk.js";

/** Contrast needs a screen: tests/design.test.ts holds the colours to it. */
async function findings(): Promise<string[]> {
  const { violations } = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: { "color-contrast": { enabled: false } },
  });
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join("\n")}`);
}

const LOOKS: Partial<Settings>[] = [
  { theme: "light", language: "en" },
  { theme: "dark", language: "de" },
];

const rooms = [INCOMING, INVITED, ...DATA.rooms];

const SCREENS: [name: string, at: string, press?: RegExp][] = [
  ["the chats", "/"],
  ["a room", "/rooms/ada"],
  ["an offered room", "/rooms/offered"],
  ["a closed room", "/rooms/closed-1"],
  ["a room that is not there", "/rooms/nowhere"],
  ["the details", "/rooms/ada/details"],
  ["the invitation", "/rooms/ada/details", /Invite a colleague|Jemanden einladen/],
  ["the handing over", "/rooms/ada/details", /Hand over|Übergeben/],
  ["the canned picker", "/rooms/ada", /^(Canned responses|Textbausteine)$/],
  ["the emoji picker", "/rooms/ada", /^Emoji$/],
  ["the canned responses", "/canned"],
  ["a new canned response", "/canned", /New response|Neuer Baustein/],
  ["the settings", "/settings"],
];

describe.each(LOOKS)("in $theme and $language", (look) => {
  it.each(SCREENS)("%s has no barrier that can be found by rules", async (_name, at, press) => {
    const { user } = openApp(at, { rooms }, look);
    await waitFor(() => screen.getByRole("main"));
    if (press) await user.click(await screen.findByRole("button", { name: press }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await findings()).toEqual([]);
  });

  it("signing in has no barrier that can be found by rules", async () => {
    const settings = openSettings();
    settings.set({ ...settings.value, ...look });
    const auth = { kind: "cognito" as const, region: "", user_pool_id: "", client_id: "", endpoint: "" };
    render(
      <Frame settings={settings}>
        <SignInScreen auth={auth} done={() => undefined} load={() => new Promise(() => undefined)} />
      </Frame>,
    );
    expect(await findings()).toEqual([]);
    expect(document.documentElement.lang).toBe(look.language);
  });
});

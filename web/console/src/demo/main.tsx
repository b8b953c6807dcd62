/**
 * The demo: `?theme=dark&language=de&text=150&dir=rtl&offline&offer&admin=no`, and the screen behind the #.
 * `?screen=sign-in` shows the door instead.
 */

import "../design/index.css";

import { render } from "preact";

import { AgentApp } from "../agent-app.js";
import type { Settings } from "../device/settings.js";
import { Frame } from "../frame.js";
import { createStore } from "../parts/store.js";
import { SignInScreen } from "../session/sign-in-screen.js";
import { CATALOGUES } from "../words/words.js";
import { DATA, INCOMING, INVITED } from "./data.js";
import { createDemoDesk } from "./desk.js";

const asked = new URLSearchParams(location.search);
const settings = createStore<Settings>({
  theme: (asked.get("theme") ?? "system") as Settings["theme"],
  language: (asked.get("language") ?? "en") as Settings["language"],
  sound: false,
  vibration: false,
});
if (asked.has("text")) document.documentElement.style.fontSize = `${asked.get("text") ?? "100"}%`;
if (asked.get("dir") === "rtl") for (const words of Object.values(CATALOGUES)) words.dir = "rtl";

const rooms = asked.has("offer") ? [INCOMING, INVITED, ...DATA.rooms] : DATA.rooms;
const { desk, client } = createDemoDesk({ ...DATA, rooms }, settings);
if (asked.has("offline")) client.change({ connection: "offline" });

const auth = { kind: "cognito" as const, region: "", user_pool_id: "", client_id: "", endpoint: "" };
const place = document.getElementById("app");
if (place === null) throw new Error("the page has no #app");
render(
  <Frame settings={settings}>
    {asked.get("screen") === "sign-in" ? <SignInScreen auth={auth} done={() => undefined} /> : <AgentApp desk={desk} />}
  </Frame>,
  place,
);

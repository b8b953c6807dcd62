import "./design/index.css";

import { render } from "preact";

import { readySound } from "./device/ringing.js";
import { openSettings } from "./device/settings.js";
import { registerWorker } from "./device/worker.js";
import { Frame } from "./frame.js";
import { Root } from "./root.js";
import { findApi } from "./session/configuration.js";

const settings = openSettings();
const apiUrl = findApi(document, location);
readySound();
registerWorker(apiUrl, settings);

const place = document.getElementById("app");
if (place === null) throw new Error("the page has no #app");
render(
  <Frame settings={settings}>
    <Root apiUrl={apiUrl} settings={settings} />
  </Frame>,
  place,
);

// Writes src/generated/contract.ts from docs/openapi.json and docs/asyncapi.json: `npm run generate -w web/client`.
// With --check it writes nothing, and fails when the file is not what it would write.
import { readFile, writeFile } from "node:fs/promises";

import openapiTS, { astToString } from "openapi-typescript";

const root = new URL("../../../", import.meta.url);
const target = new URL("../src/generated/contract.ts", import.meta.url);
const json = async (path) => JSON.parse(await readFile(new URL(path, root), "utf8"));

const http = await json("docs/openapi.json");
const socket = await json("docs/asyncapi.json");

// What a client sends is described by messages alone: `room.accept` becomes the schema RoomAcceptAction.
const sent = Object.entries(socket.components.messages).filter(([, message]) => !message.payload.$ref);
const pascal = (name) => name.replace(/(^|\.)(\w)/g, (_, _dot, letter) => letter.toUpperCase());
const actions = Object.fromEntries(
  sent.map(([name, message]) => [`${pascal(name)}Action`, { description: message.summary, ...message.payload }]),
);

const schemas = { ...socket.components.schemas, ...actions, ...http.components.schemas };
const printed = astToString(
  // A field with a default may be left out; what a server answers lists its fields as required.
  await openapiTS({ ...http, components: { ...http.components, schemas } }, { defaultNonNullable: false }),
);
const wanted = `// Generated from docs/openapi.json and docs/asyncapi.json by \`npm run generate -w web/client\`; never edited.\n\n${printed}`;

if (process.argv.includes("--check")) {
  const found = await readFile(target, "utf8").catch(() => "");
  if (found !== wanted) {
    console.error("web/client/src/generated/contract.ts is stale: npm run generate -w web/client");
    process.exit(1);
  }
} else {
  await writeFile(target, wanted);
}

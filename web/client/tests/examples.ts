// The examples of the README, so that they are type-checked; `readme.test.ts` compares them.

// --- A visitor's tab

import { createVisitorClient } from "@foyer/client";

const visitor = createVisitorClient({ apiUrl: "https://chat.example/v1", profile: { locale: "en" } });
await visitor.start();

visitor.subscribe(() => {
  const { room, log, connection } = visitor.state;
  console.log(connection, room?.status, log.events, log.pending);
});

visitor.open({ page: { url: location.href, title: document.title }, text: "Do you ship to Norway?" });
visitor.send("I am in a hurry.");

// --- An agent's device

import { createAgentClient, openIndexedDb } from "@foyer/client";

const agent = createAgentClient({
  apiUrl: "https://chat.example/v1",
  tokens: (refused) => accessToken({ unlike: refused }),
  storage: openIndexedDb("foyer ada@shop.example"),
  deviceId: "a1b2c3",
});
await agent.start();

agent.onRefused(({ action, error }) => {
  console.warn(action, error.code, error.problem.taken_by?.name);
});

const waiting = agent.state.rooms.find((room) => room.offer);
if (waiting) {
  await agent.accept(waiting.id);
  await agent.loadOlder(waiting.id);
  agent.send(waiting.id, "We do.");
  agent.read(waiting.id);
}

declare function accessToken(but: { unlike: string | undefined }): Promise<string>;

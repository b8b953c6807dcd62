// A chat through a running deployment with the built client, as tests/e2e/test_web_client.py asks for it:
// node chat.mjs <the built client> <api_url>, the agent's token in FOYER_TOKEN. Prints what was shown, as JSON.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

import WebSocket from "ws";

const [, , built, apiUrl] = process.argv;
const { createAgentClient, createMemoryStorage, createVisitorClient, loadConfig } = await import(pathToFileURL(built));

const PATIENCE = 40_000;

/** A network of one device, which can be taken away. */
class Network {
  up = true;
  sockets = new Set();

  ports = {
    fetch: (input, init) => (this.up ? fetch(input, init) : Promise.reject(new TypeError("no network"))),
    sockets: (url) => {
      if (!this.up) throw new Error("no network");
      const socket = new WebSocket(url);
      this.sockets.add(socket);
      return socket;
    },
  };

  cut() {
    this.up = false;
    for (const socket of this.sockets) socket.terminate();
  }
}

/** Fulfils as soon as it holds; what is shown is looked at after each change, nothing sleeps. */
function until(client, what, holds) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!holds()) return;
      clearTimeout(timer);
      end();
      resolve();
    };
    const end = client.subscribe(look);
    const timer = setTimeout(() => {
      end();
      reject(new Error(`never: ${what}; ${JSON.stringify(client.state)}`));
    }, PATIENCE);
    look();
  });
}

const texts = (log) => log.events.flatMap(({ data }) => data?.text ?? []);
const page = { url: "https://shop.example/boots", title: "Boots", referrer: "https://search.example/" };

const config = await loadConfig(apiUrl);
assert.equal(config.api_url, apiUrl);

const agentStorage = createMemoryStorage();
const agentNetwork = new Network();
const tokens = () => Promise.resolve(process.env.FOYER_TOKEN);
const agentOf = (storage, network) =>
  createAgentClient({ apiUrl, tokens, storage, deviceId: "adas-browser", ...network.ports });
const visitorOf = (storage, network) =>
  createVisitorClient({ apiUrl, storage, profile: { name: "Vera" }, ...network.ports });

const agent = agentOf(agentStorage, agentNetwork);
await agent.start();
await until(agent, "the agent is online", () => agent.state.connection === "online");
const [department] = agent.state.me.departments;

const visitorStorage = createMemoryStorage();
const visitorNetwork = new Network();
let visitor = visitorOf(visitorStorage, visitorNetwork);
await visitor.start();
visitor.open({ page, text: "Do you ship to Norway?", department_id: department.id });
visitor.send("I am in a hurry.");
await until(
  visitor,
  "the room is open",
  () => texts(visitor.state.log).length === 2 && visitor.state.log.pending.length === 0,
);
const roomId = visitor.state.room.id;

await until(agent, "the room rings", () => agent.state.rooms.some((room) => room.id === roomId && room.offer));
const accepted = await agent.accept(roomId);
assert.equal(accepted.state, "incoming");
await until(agent, "the log is here", () => texts(agent.log(roomId)).length === 2);

agent.note(roomId, "Regular customer");
agent.send(roomId, "We do, Vera.");
assert.deepEqual(
  agent.log(roomId).pending.map(({ state }) => state),
  ["sending", "sending"],
);
await until(visitor, "the answer", () => texts(visitor.state.log).includes("We do, Vera."));
await until(visitor, "the visitor is connected", () => visitor.state.connection === "online");

visitor.typing(true, "Grea");
await until(agent, "typing", () => agent.log(roomId).typing.some(({ preview }) => preview === "Grea"));
visitor.read();
const last = visitor.state.log.events.at(-1).seq;
await until(agent, "the visitor's mark", () =>
  agent.state.rooms[0].participants.some(({ kind, read }) => kind === "visitor" && read === last),
);

// Written in a tunnel, the page closed, opened again where there is a network.
visitorNetwork.cut();
visitor.send("Written in a tunnel");
assert.equal(visitor.state.log.pending.at(-1).state, "sending");
await visitor.stop();
agent.send(roomId, "Still there?");
await until(agent, "the agent's message is stored", () => texts(agent.log(roomId)).includes("Still there?"));
visitorNetwork.up = true;
visitor = visitorOf(visitorStorage, visitorNetwork);
await visitor.start();
assert.equal(visitor.state.room.id, roomId);
await until(agent, "what was written in the tunnel", () => texts(agent.log(roomId)).includes("Written in a tunnel"));
await until(visitor, "everything", () => texts(visitor.state.log).length === 5 && visitor.state.waiting === 0);

// An agent's device that was away has the same as one that was not.
agentNetwork.cut();
await visitor.close();
await visitor.rate(5, "Quick");
agentNetwork.up = true;
agent.retryNow();
await until(agent, "the close", () => agent.state.rooms.some(({ id, state }) => id === roomId && state === "closed"));
await until(agent, "the rating", () => agent.log(roomId).events.at(-1)?.type === "room.rated");
const fresh = agentOf(createMemoryStorage(), new Network());
await fresh.start();
await until(fresh, "a fresh device is online", () => fresh.state.connection === "online");
await fresh.loadOlder(roomId);
assert.deepEqual(agent.state.rooms, fresh.state.rooms);
assert.deepEqual(agent.log(roomId).events, fresh.log(roomId).events);
assert.ok(Math.abs(agent.now() - Date.now()) < 5_000);

console.log(JSON.stringify({ room_id: roomId, events: agent.log(roomId).events }));
await Promise.all([agent, visitor, fresh].map((client) => client.stop()));

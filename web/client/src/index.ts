/** Foyer's protocol: an agent's device and a visitor's tab, without a framework. */

export * from "./contract.js";
export type * from "./ports.js";
export type * from "./state.js";
export type { ClientOptions, Observable } from "./options.js";
export { TIMINGS, type Timings } from "./timings.js";
export { DiscardedError, RefusedError, UnreachableError } from "./problems.js";
export { createAgentClient, type AgentClient, type AgentClientOptions } from "./agent-client.js";
export { createVisitorClient, type VisitorClient, type VisitorClientOptions } from "./visitor-client.js";
export type { Refusal } from "./engine.js";
export { countTabs, inInboxOrder, isUnder } from "./inbox.js";
export { fillCannedResponse, findCannedResponses, type CannedValues } from "./canned-responses.js";
export { loadConfig, sendPushAction } from "./calls.js";
export { openIndexedDb } from "./adapters/indexed-db.js";
export { createMemoryStorage } from "./adapters/memory-storage.js";

/** The contract's shapes under their own names; the generated file holds them, with every field. */

import type { components } from "./generated/contract.js";

type Schemas = components["schemas"];

export type Actor = Schemas["Actor"];
export type AgentName = Schemas["AgentName"];
export type Availability = Schemas["Availability"];
export type CannedResponse = Schemas["CannedResponse"];
export type CannedResponses = Schemas["CannedResponses"];
export type ChangedCannedResponse = Schemas["ChangedCannedResponseBody"];
export type Colleague = Schemas["Colleague"];
export type Config = Schemas["Config"];
export type Counts = Schemas["Counts"];
export type DepartmentOnline = Schemas["DepartmentOnline"];
export type Device = Schemas["Device"];
export type DeviceBody = Schemas["DeviceBody"];
export type Event = Schemas["Event"];
export type EventType = Event["type"];
export type Events = Schemas["Events"];
export type Me = Schemas["Me"];
export type NewCannedResponse = Omit<Schemas["NewCannedResponseBody"], "client_id">;
export type Offer = Schemas["Offer"];
export type OpeningPage = Schemas["OpeningPage"];
export type Page = Schemas["Page"];
export type Participant = Schemas["Participant"];
export type Problem = Schemas["Problem"];
export type ProblemCode = Problem["code"];
export type PushActionBody = Schemas["PushActionBody"];
export type RoomDetail = Schemas["RoomDetail"];
export type Rooms = Schemas["Rooms"];
export type Session = Schemas["Session"];
export type SessionBody = Schemas["SessionBody"];
export type Summary = Schemas["Summary"];
export type Sync = Schemas["Sync"];
export type Ticket = Schemas["Ticket"];
export type Visitor = Schemas["Visitor"];
export type VisitorBody = Schemas["VisitorBody"];
export type VisitorRooms = Schemas["VisitorRooms"];
export type VisitorSummary = Schemas["VisitorSummary"];

export type AgentStatus = Me["status"];
export type Tab = keyof Counts;

/** A summary as either owner sees it. */
export type Room = Summary | VisitorSummary;

/** Every frame that a server of this version sends; a newer one may send others, which are ignored. */
export type Frame =
  | Schemas["AgentStatusFrame"]
  | Schemas["PongFrame"]
  | Schemas["ResponseFrame"]
  | Schemas["RoomChangedFrame"]
  | Schemas["RoomEventFrame"]
  | Schemas["RoomReadFrame"]
  | Schemas["RoomRemovedFrame"]
  | Schemas["RoomTypingFrame"];

/** Who writes, as a typing frame names them. */
export type Writer = Schemas["Writer"];

/** A made-up afternoon at a shop's desk. */

import type { Event, Participant, RoomDetail, Summary } from "@foyer/client";

import type { FakeData } from "./fake-agent-client.js";

const NOW = Date.parse("2026-03-12T14:30:00.000Z");
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const ME = { id: "agent-mira", name: "Mira Okafor" };
const BEN = { id: "agent-ben", name: "Ben Castillo" };
const me = { kind: "agent" as const, ...ME };
const ben = { kind: "agent" as const, ...BEN };

interface Sketch {
  id: string;
  name: string | null;
  minutes: number;
  text?: string;
  from?: "visitor" | "me" | "ben";
  room: Partial<Summary>;
  agents?: Participant[];
}

function room({ id, name, minutes, text, from = "visitor", room: part, agents = [] }: Sketch): Summary {
  const seq = part.seq ?? 12;
  const writer = { visitor: { kind: "visitor" as const, id: `visitor-${id}`, name }, me, ben }[from];
  return {
    id,
    status: "active",
    state: "waiting",
    offer: null,
    held: false,
    unread: 0,
    seq,
    department_id: "general",
    visitor: { id: `visitor-${id}`, name },
    participants: [{ kind: "visitor", id: `visitor-${id}`, name, read: seq }, ...agents],
    last_message: text === undefined ? null : { seq, text, at: ago(minutes), from: writer },
    opened_at: ago(minutes + 20),
    changed_at: ago(minutes),
    closed_at: null,
    closed_by: null,
    ...part,
  };
}

const mine = (read = 12): Participant => ({ ...me, read });

const OFFERED = room({
  id: "offered",
  name: "Zoë Lindqvist",
  minutes: 1,
  text: "Hello! My parcel says delivered, but nobody rang and there is nothing at the door. Could you have a look? The order is 20418.",
  room: { status: "waiting", unread: 1, seq: 2, offer: { seq: 1, kind: "department", by: null, at: ago(1) } },
});

const ADA = room({
  id: "ada",
  name: "Ada Marchetti",
  minutes: 2,
  text: "Oh, and would the green one be back before Easter?",
  room: { unread: 2, seq: 17 },
  agents: [{ ...mine(13) }, { ...ben, read: 17 }],
});

export const INVITED = room({
  id: "invited",
  name: "Omar Haddad",
  minutes: 16,
  text: "Yes, the second scratch is on the lid as well.",
  room: { offer: { seq: 9, kind: "invite", by: BEN, at: ago(15) } },
  agents: [{ ...ben, read: 12 }],
});

export const ROOMS: Summary[] = [
  ADA,
  room({
    id: "jonas",
    name: "Jonas Weber",
    minutes: 6,
    text: "The invoice is on its way to you.",
    from: "me",
    room: { state: "answered" },
    agents: [mine()],
  }),
  room({
    id: "priya",
    name: "Priya Raman",
    minutes: 9,
    text: "I'll try that and come back to you.",
    room: { state: "incoming" },
    agents: [mine()],
  }),
  room({
    id: "held",
    name: null,
    minutes: 14,
    text: "Can I change the delivery address?",
    room: { unread: 1, held: true },
    agents: [mine()],
  }),
  room({
    id: "closed-1",
    name: "Lucía Fernández",
    minutes: 70,
    text: "Perfect, thank you so much!",
    room: { status: "closed", state: "closed", closed_at: ago(65), closed_by: "visitor" },
    agents: [mine()],
  }),
  room({
    id: "closed-2",
    name: "Theodora Papadimitriou-Konstantinopoulou",
    minutes: 1500,
    text: "You are welcome. Have a nice weekend!",
    from: "me",
    room: { status: "closed", state: "closed", closed_at: ago(1490), closed_by: "agent" },
    agents: [mine(), { ...ben, read: 12 }],
  }),
];

export const INCOMING = OFFERED;

const visitor = { kind: "visitor" as const, id: "visitor-ada", name: "Ada Marchetti" };

function log(events: [minutes: number, actor: Event["actor"], type: Event["type"], data: object][]): Event[] {
  return events.map(
    ([minutes, actor, type, data], place) =>
      ({ seq: place + 1, at: ago(minutes), actor, client_id: `event-${place + 1}`, type, data }) as Event,
  );
}

export const ADA_LOG = log([
  [
    1460,
    visitor,
    "room.opened",
    { department_id: "general", page: { url: "https://shop.example/teapots", title: "Teapots", referrer: null } },
  ],
  [1459, visitor, "message.sent", { text: "Hi there 👋" }],
  [
    1459,
    visitor,
    "message.sent",
    { text: "I bought the blue teapot last week and the lid does not close. Is it meant to be like that?" },
  ],
  [1457, me, "room.accepted", { offer: 1, hold: false }],
  [
    1456,
    me,
    "message.sent",
    { text: "Good afternoon Ada! No, it should close fully. Could you send me your order number?" },
  ],
  [1450, visitor, "message.sent", { text: "It is 20391." }],
  [
    48,
    me,
    "message.sent",
    {
      text: "Thank you. I can send you a new lid, free of charge. The steps are here: https://shop.example/help/returns (it takes two minutes).",
    },
  ],
  [47, me, "agent.invited", { agent_id: BEN.id }],
  [46, ben, "room.accepted", { offer: 8, hold: false }],
  [
    45,
    ben,
    "note.added",
    { text: "Lids of batch 7 are all too wide. Warehouse knows. Please do not promise a date yet." },
  ],
  [40, ben, "message.sent", { text: "Hello, Ben from the workshop here. We are checking which lid fits yours." }],
  [12, me, "message.sent", { text: "We found it, it leaves today." }],
  [11, visitor, "message.sent", { text: "🎉" }],
  [10, me, "note.added", { text: "Promised today's parcel, tracking follows." }],
  [9, me, "message.sent", { text: "You will get the tracking number by e-mail." }],
  [3, visitor, "message.sent", { text: "Wonderful, thank you both!" }],
  [2, visitor, "message.sent", { text: "Oh, and would the green one be back before Easter?" }],
]);

const DETAIL: RoomDetail = {
  ...ADA,
  visitor: {
    id: "visitor-ada",
    name: "Ada Marchetti",
    email: "ada@example.com",
    locale: "it-IT",
    browser: "Firefox on Android",
    custom: { customer_since: 2021, plan: "Plus", newsletter: true },
    pages: [
      { url: "https://shop.example/", title: "Home", at: ago(1465) },
      {
        url: "https://shop.example/teapots/blue-1-2-l",
        title: "Blue teapot, 1.2 l – with a very long title that has no room",
        at: ago(1462),
      },
      { url: "https://shop.example/help/returns", title: "Returns and replacements", at: ago(30) },
    ],
  },
  earlier_rooms: [
    room({
      id: "closed-9",
      name: "Ada Marchetti",
      minutes: 52000,
      text: "Do you ship to Italy?",
      room: { status: "closed", state: null },
    }),
  ],
};

const canned = (
  shortcut: string,
  title: string,
  body: string,
  scope: "company" | "department" | "agent",
  tags: string[] = [],
) => ({
  id: `canned-${shortcut}`,
  shortcut,
  title,
  body,
  tags,
  scope,
  department_id: null,
  version: 1,
  updated_at: ago(5000),
});

export const DATA: FakeData = {
  now: NOW,
  me: {
    ...ME,
    email: "mira@shop.example",
    status: "online",
    admin: true,
    departments: [
      { id: "general", name: "General" },
      { id: "returns", name: "Returns" },
    ],
  },
  rooms: ROOMS,
  logs: {
    ada: {
      events: ADA_LOG,
      typing: [{ participant: visitor, preview: "Because my sister would love" }],
    },
    offered: {
      events: log([
        [
          1,
          { kind: "visitor", id: "visitor-offered", name: "Zoë Lindqvist" },
          "room.opened",
          {
            department_id: "general",
            page: { url: "https://shop.example/orders", title: "Your orders", referrer: null },
          },
        ],
        [
          1,
          { kind: "visitor", id: "visitor-offered", name: "Zoë Lindqvist" },
          "message.sent",
          { text: OFFERED.last_message?.text ?? "" },
        ],
      ]),
    },
  },
  details: {
    ada: DETAIL,
    ...Object.fromEntries(
      [OFFERED, INVITED, ...ROOMS.slice(1)].map((one) => [
        one.id,
        { ...DETAIL, ...one, visitor: { ...DETAIL.visitor, ...one.visitor } },
      ]),
    ),
  },
  agents: [
    { ...ME, status: "online", open_rooms: 4, department_ids: ["general"] },
    { ...BEN, status: "online", open_rooms: 2, department_ids: ["general"] },
    { id: "agent-chen", name: "Chen Wei", status: "online", open_rooms: 1, department_ids: ["returns"] },
    { id: "agent-dana", name: "Dana Petrova", status: "away", open_rooms: 0, department_ids: ["general"] },
    { id: "agent-elif", name: "Elif Yılmaz", status: "offline", open_rooms: 0, department_ids: ["general"] },
  ],
  departments: [
    { id: "general", name: "General", online: true },
    { id: "returns", name: "Returns", online: false },
  ],
  cannedResponses: [
    canned(
      "hello",
      "Greeting",
      "Hello {{visitor.name|there}}, this is {{agent.name}}. How can I help you?",
      "company",
      ["start"],
    ),
    canned("bye", "Goodbye", "Thank you for writing, {{visitor.name|and}} have a lovely day!", "company", ["end"]),
    canned(
      "returns",
      "How returns work",
      "You can send everything back within 30 days. The steps are here: https://shop.example/help/returns",
      "department",
      ["parcel"],
    ),
    canned(
      "lid",
      "The lid that does not close",
      "Lids of that batch are too wide. We send you a new one, free of charge.",
      "agent",
      ["teapot", "parcel"],
    ),
  ],
};

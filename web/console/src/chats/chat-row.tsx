/** One chat of the list. */

import type { Summary } from "@foyer/client";
import { Check, CheckCheck, Clock, MessageCircle, PhoneIncoming, Pause, type LucideIcon, CircleX } from "lucide-preact";
import { Link } from "wouter-preact";

import { useDesk } from "../desk.js";
import { Avatar, visitorName } from "../parts/people.js";
import { fullTime, listed, shortTime } from "../words/formats.js";
import { useWords, type Words } from "../words/words.js";

/** What tells a room's state, in colour and without. */
interface Highlight {
  state: NonNullable<Summary["state"]>;
  Icon: LucideIcon;
  label: string;
}

export function highlightOf(room: Summary, words: Words): Highlight {
  const state = room.state ?? "closed";
  const { chats } = words;
  switch (state) {
    case "waiting":
      if (room.offer !== null) return { state, Icon: PhoneIncoming, label: chats.offered };
      if (room.held) return { state, Icon: Pause, label: chats.held };
      return { state, Icon: Clock, label: chats.states.waiting };
    case "incoming":
      if (room.held) return { state, Icon: Pause, label: chats.held };
      return { state, Icon: MessageCircle, label: chats.states.incoming };
    case "answered":
      return { state, Icon: Check, label: chats.states.answered };
    case "closed":
      return { state, Icon: CircleX, label: chats.states.closed };
  }
}

/** The other agents in the room. */
export function othersIn(room: Summary, myId: string, words: Words): string[] {
  return room.participants
    .filter((one) => one.kind === "agent" && one.id !== myId)
    .map((one) => one.name ?? words.someAgent);
}

interface ChatRowProps {
  room: Summary;
  myId: string;
  selected: boolean;
}

export function ChatRow({ room, myId, selected }: ChatRowProps) {
  const words = useWords();
  const { client } = useDesk();
  const name = visitorName(room.visitor, words);
  const { state, Icon, label } = highlightOf(room, words);
  const others = othersIn(room, myId, words);
  const at = room.last_message?.at ?? room.opened_at;
  return (
    <li class="chat-item">
      <Link
        href={`/rooms/${room.id}`}
        class="chat-row"
        data-state={state}
        data-unread={room.unread > 0}
        aria-current={selected ? "page" : undefined}
      >
        <Avatar name={name} />
        <span class="chat-main">
          <span class="chat-line">
            <strong class="chat-name" dir="auto">
              {name}
            </strong>
            <time class="chat-time" dateTime={at} title={fullTime(at, words)}>
              {shortTime(at, client.now(), words)}
            </time>
          </span>
          <span class="chat-line">
            <span class="chat-text" dir="auto">
              <LastWords room={room} myId={myId} />
            </span>
            {room.unread > 0 && (
              <span class="badge">
                <span aria-hidden="true">{room.unread > 99 ? "99+" : room.unread}</span>
                <span class="visually-hidden">{words.chats.unread(room.unread)}</span>
              </span>
            )}
          </span>
          <span class="chat-line">
            <span class="state-label" data-state={state}>
              <Icon aria-hidden="true" />
              {label}
            </span>
            <span class="chat-others">{otherWords(room, others, words)}</span>
          </span>
        </span>
      </Link>
    </li>
  );
}

function otherWords(room: Summary, others: readonly string[], words: Words): string {
  if (room.offer !== null && room.offer.kind !== "department") {
    return words.chats.offeredBy[room.offer.kind](room.offer.by?.name ?? words.someAgent);
  }
  return others.length > 0 ? words.chats.with(listed(others, words)) : "";
}

function LastWords({ room, myId }: { room: Summary; myId: string }) {
  const words = useWords();
  const last = room.last_message;
  if (last === null) return <em>{words.chats.nothingYet}</em>;
  if (last.from.kind === "visitor") return <>{last.text}</>;
  if (last.from.id !== myId) return <>{words.chats.from(last.from.name ?? words.someAgent, last.text)}</>;
  const visitor = room.participants.find((one) => one.kind === "visitor");
  const read = visitor !== undefined && visitor.read >= last.seq;
  return (
    <>
      {read ? <CheckCheck aria-hidden="true" class="tick" /> : <Check aria-hidden="true" class="tick" />}
      <span class="visually-hidden">{read ? words.room.marks.read : words.room.marks.sent}: </span>
      {last.text}
    </>
  );
}

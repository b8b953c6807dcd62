/** One room: its head, its log, and what the agent may do in it just now. */

import { RefusedError, type Summary } from "@foyer/client";
import { ArrowLeft, Check, Info, Pause, PhoneOff } from "lucide-preact";
import { useCallback } from "preact/hooks";
import { Link } from "wouter-preact";

import { highlightOf, othersIn } from "../chats/chat-row.js";
import { useDesk, useMyId, useRoom, useRoomLog } from "../desk.js";
import { visitorName } from "../parts/people.js";
import { useStore } from "../parts/store.js";
import { listed } from "../words/formats.js";
import { useWords } from "../words/words.js";
import { Composer } from "./composer.js";
import { LogView } from "./log-view.js";
import { useRoomDetail } from "./room-detail.js";

export function RoomPane({ roomId, details }: { roomId: string; details: boolean }) {
  const words = useWords();
  const { client, closing } = useDesk();
  const myId = useMyId();
  const listedRoom = useRoom(roomId);
  const log = useRoomLog(roomId);
  const { detail, missing } = useRoomDetail(roomId);
  const leaving = useStore(closing.rooms).has(roomId);
  const room = listedRoom ?? (detail?.id === roomId ? detail : undefined);
  const inside = room?.participants.some((one) => one.id === myId) ?? false;
  const mayRead = inside && room?.status !== "closed" && !leaving;

  const seen = useCallback(() => {
    if (mayRead) client.read(roomId);
  }, [client, roomId, mayRead]);

  if (room === undefined && missing) {
    return (
      <section class="pane room-pane empty" aria-label={words.room.notFound}>
        <p>{words.room.notFound}</p>
        <Link class="button" href="/">
          {words.room.toChats}
        </Link>
      </section>
    );
  }
  const name = room ? visitorName(room.visitor, words) : "";
  return (
    <section class="pane room-pane" aria-label={name || words.loading}>
      <header class="pane-head room-head">
        <Link class="icon-button room-back" href="/" aria-label={words.back}>
          <ArrowLeft aria-hidden="true" class="points-onward" />
        </Link>
        <div class="room-title">
          <h1 dir="auto">{name}</h1>
          {room && <RoomState room={room} myId={myId} />}
        </div>
        <Link
          class="icon-button"
          href={details ? `/rooms/${roomId}` : `/rooms/${roomId}/details`}
          aria-label={words.room.details}
          aria-expanded={details}
        >
          <Info aria-hidden="true" />
        </Link>
      </header>
      <LogView key={roomId} roomId={roomId} room={room} log={log} seen={seen} />
      {room && <RoomFoot room={room} inside={inside} email={detail?.visitor.email ?? null} />}
    </section>
  );
}

function RoomState({ room, myId }: { room: Summary; myId: string }) {
  const words = useWords();
  const { state, Icon, label } = highlightOf(room, words);
  const others = othersIn(room, myId, words);
  return (
    <p class="room-state">
      <span class="state-label" data-state={state}>
        <Icon aria-hidden="true" />
        {label}
      </span>
      {others.length > 0 && <span class="chat-others">{words.chats.with(listed(others, words))}</span>}
    </p>
  );
}

function RoomFoot({ room, inside, email }: { room: Summary; inside: boolean; email: string | null }) {
  const words = useWords();
  if (room.status === "closed") return <p class="room-end">{words.room.closed}</p>;
  if (inside) return <Composer key={room.id} room={room} email={email} />;
  if (room.offer !== null) return <OfferBar room={room} />;
  return <p class="room-end">{words.room.notMember}</p>;
}

/** The same three answers as on the sheet, for an offer that is looked at first. */
function OfferBar({ room }: { room: Summary }) {
  const words = useWords();
  const { client } = useDesk();
  const answer = (give: (roomId: string) => Promise<Summary>) => () => {
    give(room.id).catch((error: unknown) => {
      // Refusals are told where all of them are told.
      if (!(error instanceof RefusedError)) throw error;
    });
  };
  return (
    <div class="offer-bar">
      <p>{words.offer.question}</p>
      <div class="offer-buttons">
        <button class="offer-button" type="button" data-kind="decline" onClick={answer((id) => client.decline(id))}>
          <PhoneOff aria-hidden="true" />
          {words.offer.decline}
        </button>
        <button class="offer-button" type="button" data-kind="hold" onClick={answer((id) => client.hold(id))}>
          <Pause aria-hidden="true" />
          {words.offer.hold}
        </button>
        <button class="offer-button" type="button" data-kind="accept" onClick={answer((id) => client.accept(id))}>
          <Check aria-hidden="true" />
          {words.offer.accept}
        </button>
      </div>
    </div>
  );
}

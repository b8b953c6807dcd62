/** Who is in a room, who the visitor is, and what can be done with the room. */

import { isUnder, type RoomDetail, type Summary } from "@foyer/client";
import { ArrowRightLeft, CircleX, ExternalLink, UserPlus, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import { useAgentState, useDesk, useMyId, useRoom } from "../desk.js";
import { Avatar, Presence, visitorName } from "../parts/people.js";
import { useRoomDetail } from "../room/room-detail.js";
import { fullTime } from "../words/formats.js";
import { useWords, type Words } from "../words/words.js";
import { ColleaguesSheet } from "./colleagues-sheet.js";

export function DetailsPane({ roomId }: { roomId: string }) {
  const words = useWords();
  const { detail, failed } = useRoomDetail(roomId);
  const listedRoom = useRoom(roomId);
  const room = listedRoom ?? detail ?? undefined;
  return (
    <section class="pane details-pane" aria-label={words.details.title}>
      <header class="pane-head">
        <h1>{words.details.title}</h1>
        <Link class="icon-button" href={`/rooms/${roomId}`} aria-label={words.closePanel}>
          <X aria-hidden="true" />
        </Link>
      </header>
      <div class="scrolling details">
        {room && <Actions room={room} />}
        {room && <Participants room={room} />}
        {detail && <VisitorData detail={detail} />}
        {!detail && <p class="quiet-text">{failed ? words.details.unavailable : words.loading}</p>}
      </div>
    </section>
  );
}

function Actions({ room }: { room: Summary }) {
  const words = useWords();
  const desk = useDesk();
  const myId = useMyId();
  const admin = useAgentState((state) => state.me?.admin ?? false);
  const [, navigate] = useLocation();
  const [sheet, setSheet] = useState<"invite" | "transfer" | null>(null);
  const open = room.status !== "closed";
  const inside = room.participants.some((one) => one.id === myId);
  const closable = (open && (inside || admin)) || isUnder("closed", room, myId);

  const close = () => {
    const name = visitorName(room.visitor, words);
    const alone = !room.participants.some((one) => one.kind === "agent" && one.id !== myId);
    const { closing, leaving, removing } = words.details;
    const undo = desk.closing.close(room.id, () => undefined);
    desk.notices.show({
      text: (!open ? removing : alone ? closing : leaving)(name),
      about: room.id,
      lasts: 5_000,
      action: {
        label: words.undo,
        run: () => {
          undo();
        },
      },
    });
    navigate("/");
  };

  return (
    <div class="details-actions">
      {open && inside && (
        <button
          class="button"
          type="button"
          onClick={() => {
            setSheet("invite");
          }}
        >
          <UserPlus aria-hidden="true" />
          {words.details.invite}
        </button>
      )}
      {open && (inside || admin) && (
        <button
          class="button"
          type="button"
          onClick={() => {
            setSheet("transfer");
          }}
        >
          <ArrowRightLeft aria-hidden="true" />
          {words.details.transfer}
        </button>
      )}
      {closable && (
        <button class="button bad" type="button" onClick={close}>
          <CircleX aria-hidden="true" />
          {open ? words.details.closeTab : words.details.removeTab}
        </button>
      )}
      {sheet !== null && (
        <ColleaguesSheet
          room={room}
          purpose={sheet}
          close={() => {
            setSheet(null);
          }}
        />
      )}
    </div>
  );
}

function Participants({ room }: { room: Summary }) {
  const words = useWords();
  const statuses = useAgentState((state) => state.statuses);
  const myId = useMyId();
  const agents = room.participants.filter((one) => one.kind === "agent");
  const visitor = visitorName(room.visitor, words);
  return (
    <section>
      <h2>{words.details.participants}</h2>
      <ul class="people">
        <li>
          <Avatar name={visitor} small />
          <span dir="auto">{visitor}</span>
          <span class="role">{words.details.visitor}</span>
        </li>
        {agents.map((one) => (
          <li key={one.id}>
            <Avatar name={one.name ?? words.someAgent} small />
            <span dir="auto">{one.id === myId ? words.you : (one.name ?? words.someAgent)}</span>
            {statuses[one.id] && <Presence status={statuses[one.id] ?? "offline"} />}
            <span class="role">{words.details.agent}</span>
          </li>
        ))}
        {agents.length === 0 && <li class="quiet-text">{words.details.waiting}</li>}
      </ul>
    </section>
  );
}

function VisitorData({ detail }: { detail: RoomDetail }) {
  const words = useWords();
  const { visitor } = detail;
  const facts: [string, string | null][] = [
    [words.details.name, visitor.name],
    [words.details.email, visitor.email],
    [words.details.language, visitor.locale === null ? null : languageName(visitor.locale, words)],
    [words.details.browser, visitor.browser],
    ...Object.entries(visitor.custom).map(([key, value]): [string, string] => [key, String(value)]),
  ];
  return (
    <>
      <section>
        <h2>{words.details.data}</h2>
        <dl class="facts">
          {facts.map(
            ([name, value]) =>
              value !== null && (
                <div key={name}>
                  <dt dir="auto">{name}</dt>
                  <dd dir="auto">{value}</dd>
                </div>
              ),
          )}
        </dl>
      </section>
      <section>
        <h2>{words.details.pages}</h2>
        {visitor.pages.length === 0 && <p class="quiet-text">{words.details.noPages}</p>}
        <ol class="pages">
          {[...visitor.pages].reverse().map((page) => (
            <li key={`${page.at} ${page.url}`}>
              <PageLink url={page.url} title={page.title} />
              <time dateTime={page.at}>{fullTime(page.at, words)}</time>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <h2>{words.details.earlier}</h2>
        {detail.earlier_rooms.length === 0 && <p class="quiet-text">{words.details.noEarlier}</p>}
        <ul class="pages">
          {detail.earlier_rooms.map((room) => (
            <li key={room.id}>
              <Link href={`/rooms/${room.id}`} dir="auto">
                {room.last_message?.text ?? words.chats.nothingYet}
              </Link>
              <time dateTime={room.opened_at}>{fullTime(room.opened_at, words)}</time>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** Pages are told by the visitor's browser, so their addresses are anything: only those of the web are links. */
function PageLink({ url, title }: { url: string; title: string | null }) {
  const words = useWords();
  const shown = title ?? url;
  if (!/^https?:\/\//i.test(url)) return <span dir="auto">{shown}</span>;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow" title={url} dir="auto">
      {shown}
      <ExternalLink aria-hidden="true" />
      <span class="visually-hidden"> ({words.room.opensInNewTab})</span>
    </a>
  );
}

function languageName(locale: string, words: Words): string {
  try {
    return new Intl.DisplayNames(words.locale, { type: "language" }).of(locale.replaceAll("_", "-")) ?? locale;
  } catch {
    return locale;
  }
}

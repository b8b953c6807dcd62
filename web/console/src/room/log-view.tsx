/** The room's log on the screen. */

import type { RoomLog, Summary } from "@foyer/client";
import {
  ArrowDown,
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  Ellipsis,
  StickyNote,
  WifiOff,
  type LucideIcon,
} from "lucide-preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { useDesk, useMyId } from "../desk.js";
import { Avatar } from "../parts/people.js";
import { clockTime, dayName, dayOf, fullTime, listed } from "../words/formats.js";
import { useWords } from "../words/words.js";
import { happeningText } from "./happenings.js";
import { MessageText } from "./message-text.js";
import { useNames } from "./names.js";
import { usePlace } from "./scroll.js";
import { timelineOf, type Entry, type Group, type Mark, type TimelineItem } from "./timeline.js";

interface LogViewProps {
  roomId: string;
  room: Summary | undefined;
  log: RoomLog;
  /** Told whenever the newest is in view, and somebody is there to see it. */
  seen: () => void;
}

export function LogView({ roomId, room, log, seen }: LogViewProps) {
  const words = useWords();
  const { client } = useDesk();
  const myId = useMyId();
  const nameOf = useNames(room, log);
  const readBefore = useReadBefore(roomId, room, myId);
  const participants = room?.participants;
  const items = useMemo(
    () => timelineOf(log, { myId, participants: participants ?? [], readBefore, dayOf }),
    [log.events, log.pending, myId, participants, readBefore],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const attended = useCallback(() => {
    if (document.visibilityState === "visible") seen();
  }, [seen]);
  const place = usePlace(scroller, roomId, attended);

  // Not while the end is in view: then it is seen, and that is told as it is drawn.
  const newest = log.events.at(-1)?.seq ?? 0;
  const [seenUpTo, setSeenUpTo] = useState(newest);
  useEffect(() => {
    if (!place.atEnd) return;
    setSeenUpTo(newest);
    attended();
    document.addEventListener("visibilitychange", attended);
    return () => {
      document.removeEventListener("visibilitychange", attended);
    };
  }, [newest, place.atEnd, attended]);
  const below = log.events.filter((event) => event.seq > seenUpTo && event.type === "message.sent").length;

  const older = useCallback(() => {
    client.loadOlder(roomId).catch(() => undefined);
  }, [client, roomId]);
  const top = useOlderWhenSeen(scroller, log, older);

  return (
    <div class="log-frame">
      <div
        ref={scroller}
        class="scrolling log"
        tabIndex={0}
        aria-label={words.room.log}
        role="region"
        onScroll={place.scrolled}
      >
        <div class="log-rows">
          <div ref={top} class="log-top">
            {log.hasOlder ? words.room.loadingOlder : words.room.start}
          </div>
          <div role="log" aria-label={words.room.log} aria-relevant="additions">
            {items.map((item) => (
              <Row key={item.key} item={item} roomId={roomId} myId={myId} nameOf={nameOf} />
            ))}
          </div>
          <Writers log={log} />
        </div>
      </div>
      {!place.atEnd && (
        <button class="to-newest" type="button" onClick={place.toEnd}>
          <ArrowDown aria-hidden="true" />
          {below > 0 ? words.room.newMessages(below) : <span class="visually-hidden">{words.room.toNewest}</span>}
        </button>
      )}
    </div>
  );
}

/** What was read as the room was opened; it does not move on while one looks. */
function useReadBefore(roomId: string, room: Summary | undefined, myId: string): number | null {
  const kept = useRef<{ roomId: string; read: number | null } | null>(null);
  if (room !== undefined && kept.current?.roomId !== roomId) {
    const mine = room.participants.find((one) => one.id === myId);
    kept.current = { roomId, read: mine !== undefined && room.unread > 0 ? mine.read : null };
  }
  return kept.current?.roomId === roomId ? kept.current.read : null;
}

/** Loads history as its upper end comes near. */
function useOlderWhenSeen(scroller: { current: HTMLElement | null }, log: RoomLog, load: () => void) {
  const top = useRef<HTMLDivElement>(null);
  const count = log.events.length;
  useEffect(() => {
    if (!log.hasOlder || log.loading) return;
    if (count === 0) {
      load();
      return;
    }
    if (top.current === null || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (seen.some((one) => one.isIntersecting)) load();
      },
      { root: scroller.current, rootMargin: "400px 0px 0px" },
    );
    observer.observe(top.current);
    return () => {
      observer.disconnect();
    };
  }, [log.hasOlder, log.loading, count, load]);
  return top;
}

interface RowProps {
  item: TimelineItem;
  roomId: string;
  myId: string;
  nameOf: (id: string) => string;
}

function Row({ item, roomId, myId, nameOf }: RowProps) {
  const words = useWords();
  const { client } = useDesk();
  switch (item.kind) {
    case "day":
      return (
        <h2 class="day" data-row>
          <time dateTime={dayOf(item.at)}>{dayName(item.at, client.now(), words)}</time>
        </h2>
      );
    case "unread":
      return (
        <p class="unread-divider" data-row>
          <span>{words.room.unread}</span>
        </p>
      );
    case "happening":
      return (
        <p class="happening" data-row>
          <span dir="auto">{happeningText(item.event, myId, nameOf, words)}</span>
          {item.event.type === "room.rated" && item.event.data.comment !== null && (
            <q dir="auto">{item.event.data.comment}</q>
          )}{" "}
          <time dateTime={item.event.at} title={fullTime(item.event.at, words)}>
            {clockTime(item.event.at, words)}
          </time>
        </p>
      );
    case "group":
      return <GroupView group={item} roomId={roomId} />;
  }
}

function GroupView({ group, roomId }: { group: Group; roomId: string }) {
  const words = useWords();
  const fallback = group.author.kind === "visitor" ? words.someVisitor : words.someAgent;
  const name = group.mine ? words.you : (group.author.name ?? fallback);
  const note = group.form === "note";
  return (
    <article class="group" data-form={group.form} data-mine={group.mine} data-author={group.author.kind}>
      {!group.mine && !note && <Avatar name={group.author.name ?? fallback} small />}
      <div class="group-main">
        <h3 class={group.mine && !note ? "visually-hidden" : "group-author"}>
          {note && (
            <span class="note-label">
              <StickyNote aria-hidden="true" />
              {words.room.note}
            </span>
          )}
          <span dir="auto">{name}</span>
          {note && <span class="note-hidden">{words.room.noteHidden}</span>}
        </h3>
        {group.entries.map((entry) => (
          <EntryView key={entry.key} entry={entry} roomId={roomId} />
        ))}
      </div>
    </article>
  );
}

const MARKS: Record<Mark, LucideIcon> = {
  sending: Clock,
  waiting: WifiOff,
  sent: Check,
  read: CheckCheck,
  failed: CircleAlert,
};

function EntryView({ entry }: { entry: Entry; roomId: string }) {
  const words = useWords();
  const { client } = useDesk();
  const Icon = entry.mark && MARKS[entry.mark];
  const pending = entry.pending;
  return (
    <div class="entry" data-row data-mark={entry.mark}>
      <div class="bubble">
        <MessageText text={entry.text} />
        <span class="entry-foot">
          {entry.at !== null && (
            <time dateTime={entry.at} title={fullTime(entry.at, words)}>
              {clockTime(entry.at, words)}
            </time>
          )}
          {Icon && entry.mark && (
            <span class="mark" data-mark={entry.mark}>
              <Icon aria-hidden="true" />
              <span class="visually-hidden">{words.room.marks[entry.mark]}</span>
            </span>
          )}
        </span>
      </div>
      {pending?.state === "failed" && (
        <div class="failed" role="alert">
          <span>{words.room.failed}</span>
          <button
            class="fold"
            type="button"
            onClick={() => {
              client.retry(pending.client_id);
            }}
          >
            {words.room.resend}
          </button>
          <button
            class="fold"
            type="button"
            onClick={() => {
              client.discard(pending.client_id);
            }}
          >
            {words.room.discard}
          </button>
        </div>
      )}
    </div>
  );
}

function Writers({ log }: { log: RoomLog }) {
  const words = useWords();
  const previews = log.typing.filter((one) => one.preview !== null && one.preview.trim() !== "");
  const others = log.typing
    .filter((one) => !previews.includes(one))
    .map((one) => one.participant.name ?? (one.participant.kind === "visitor" ? words.someVisitor : words.someAgent));
  return (
    <div class="writers">
      {previews.map((one) => (
        <div key={one.participant.id} class="draft">
          <h3>
            <Ellipsis class="dots" aria-hidden="true" />
            {words.room.draft(one.participant.name ?? words.someVisitor)}
          </h3>
          <p class="message-text" dir="auto">
            {one.preview}
          </p>
        </div>
      ))}
      {others.length > 0 && (
        <p class="writing">
          <Ellipsis class="dots" aria-hidden="true" />
          {words.room.typing(listed(others, words))}
        </p>
      )}
    </div>
  );
}

/** An incoming chat rises over whatever is shown, without taking the focus from what is being written. */

import { RefusedError, type Summary } from "@foyer/client";
import { ChevronDown, Hand, Pause, PhoneOff, Check } from "lucide-preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";

import { useAgentState, useDesk } from "../desk.js";
import { startRinging } from "../device/ringing.js";
import { Avatar, visitorName } from "../parts/people.js";
import { useStore } from "../parts/store.js";
import { clockTime } from "../words/formats.js";
import { useWords } from "../words/words.js";
import { offerKey, ringing } from "./offered.js";

/** A press this soon after the sheet rose was meant for what was there before. */
const TOO_SOON = 350;

/** @param shown the room that is open: its own screen asks the same there. */
export function OfferSheet({ shown }: { shown: string | null }) {
  const words = useWords();
  const { client, settings, notices } = useDesk();
  const [, navigate] = useLocation();
  const rooms = useAgentState((state) => state.rooms);
  const me = useAgentState((state) => state.me);
  const { sound, vibration } = useStore(settings);
  const [quiet, setQuiet] = useState<ReadonlySet<string>>(new Set());
  const calls = useMemo(() => ringing(rooms, me, quiet).filter((room) => room.id !== shown), [rooms, me, quiet, shown]);
  const room = calls[0];
  const key = room && offerKey(room);
  const risen = useRef(0);

  useEffect(() => {
    if (key === undefined) return;
    risen.current = performance.now();
    return startRinging({ sound, vibration });
  }, [key, sound, vibration]);

  if (room === undefined) return <div role="alert" class="visually-hidden" />;

  const name = visitorName(room.visitor, words);
  const hush = (loud: boolean) => {
    setQuiet((before) => {
      const next = new Set(before);
      if (loud) next.delete(offerKey(room));
      else next.add(offerKey(room));
      return next;
    });
  };
  const answer = (give: (roomId: string) => Promise<Summary>, given?: () => void) => () => {
    if (performance.now() - risen.current < TOO_SOON) return;
    hush(false);
    // The answer may take its time, offline even days: the sheet is gone at once, and a refusal is told when it comes.
    give(room.id).then(given, (error: unknown) => {
      if (!(error instanceof RefusedError)) hush(true);
    });
  };

  return (
    <>
      <div role="alert" class="visually-hidden">
        {words.offer.announce(name)}
      </div>
      <section class="offer" aria-label={words.offer.title} data-testid="offer">
        <OfferHead
          room={room}
          more={calls.length - 1}
          later={() => {
            hush(false);
          }}
        />
        <blockquote class="offer-words" dir="auto">
          {room.last_message?.text ?? words.chats.nothingYet}
        </blockquote>
        <div class="offer-buttons">
          <button class="offer-button" type="button" data-kind="decline" onClick={answer((id) => client.decline(id))}>
            <PhoneOff aria-hidden="true" />
            {words.offer.decline}
          </button>
          <button
            class="offer-button"
            type="button"
            data-kind="hold"
            onClick={answer(
              (id) => client.hold(id),
              () => {
                notices.show({ text: words.offer.held(name) });
              },
            )}
          >
            <Pause aria-hidden="true" />
            {words.offer.hold}
          </button>
          <button
            class="offer-button"
            type="button"
            data-kind="accept"
            onClick={answer(
              (id) => client.accept(id),
              () => {
                navigate(`/rooms/${room.id}`);
              },
            )}
          >
            <Check aria-hidden="true" />
            {words.offer.accept}
          </button>
        </div>
      </section>
    </>
  );
}

function OfferHead({ room, more, later }: { room: Summary; more: number; later: () => void }) {
  const words = useWords();
  const name = visitorName(room.visitor, words);
  const by = room.offer?.by?.name ?? words.someAgent;
  const kind = room.offer?.kind ?? "department";
  return (
    <header class="offer-head">
      <Avatar name={name} />
      <div>
        <p class="offer-kind">
          <Hand aria-hidden="true" />
          {kind !== "department" ? words.offer[kind](by) : words.offer.title}
        </p>
        <h2 dir="auto">{name}</h2>
        <p class="offer-since">
          {words.offer.waitingSince(clockTime(room.offer?.at ?? room.opened_at, words))}
          {more > 0 && ` · ${words.offer.more(more)}`}
        </p>
      </div>
      <button class="icon-button" type="button" aria-label={words.offer.later} onClick={later}>
        <ChevronDown aria-hidden="true" />
      </button>
    </header>
  );
}

/** The Chats tab: every room of the inbox, in four views. */

import { countTabs, isUnder, type Summary, type Tab } from "@foyer/client";
import { ArrowUp, Search, X } from "lucide-preact";
import { useMemo, useRef, useState } from "preact/hooks";

import { useAgentState, useDesk, useMyId } from "../desk.js";
import { problemText } from "../parts/problems.js";
import { useStore } from "../parts/store.js";
import { useWords } from "../words/words.js";
import { ChatRow } from "./chat-row.js";
import { searchRooms } from "./search.js";
import { StatusPicker } from "./status-picker.js";
import { useSteadyRows } from "./steady-order.js";

const TABS: readonly Tab[] = ["all", "active", "waiting", "closed"];
/** As many closed rooms as the inbox itself holds; older ones are asked for. */
const CLOSED_HELD = 100;

export function ChatsPane({ selected }: { selected: string | null }) {
  const words = useWords();
  const { closing } = useDesk();
  const myId = useMyId();
  const all = useAgentState((state) => state.rooms);
  const known = useAgentState((state) => state.counts);
  const leaving = useStore(closing.rooms);
  const counts = useMemo(
    () =>
      leaving.size === 0
        ? known
        : countTabs(
            all.filter((room) => !leaving.has(room.id)),
            myId,
          ),
    [known, all, leaving, myId],
  );
  const [tab, setTab] = useState<Tab>("all");
  const [query, setQuery] = useState("");
  const older = useOlderRooms();

  const rooms = useMemo(() => {
    const known = new Set(all.map((room) => room.id));
    const more = tab === "all" || tab === "closed" ? older.rooms.filter((room) => !known.has(room.id)) : [];
    const under = [...all.filter((room) => isUnder(tab, room, myId)), ...more];
    return searchRooms(
      under.filter((room) => !leaving.has(room.id)),
      query,
    );
  }, [all, older.rooms, leaving, tab, query, myId]);
  const steady = useSteadyRows(rooms, `${tab} ${query}`);
  const list = useRef<HTMLDivElement>(null);
  const showsOlder =
    (tab === "all" || tab === "closed") && counts.closed >= CLOSED_HELD && !older.done && query.trim() === "";

  return (
    <section class="pane chats-pane" aria-label={words.chats.title}>
      <header class="pane-head">
        <h1>{words.chats.title}</h1>
        <StatusPicker />
      </header>
      <SearchField value={query} change={setQuery} />
      <div class="tabs" role="tablist" aria-label={words.chats.title} onKeyDown={moveBetweenTabs}>
        {TABS.map((one) => (
          <button
            key={one}
            id={`tab-${one}`}
            class="tab"
            type="button"
            role="tab"
            aria-selected={tab === one}
            aria-controls="chats"
            tabIndex={tab === one ? 0 : -1}
            onClick={() => {
              setTab(one);
              list.current?.scrollTo({ top: 0 });
            }}
            onFocus={() => {
              setTab(one);
            }}
          >
            {words.chats.tabs[one]}
            <span class="tab-count" data-tab={one}>
              <span aria-hidden="true">{counts[one] >= 100 ? "99+" : counts[one]}</span>
              <span class="visually-hidden">{words.chats.tabCount(counts[one])}</span>
            </span>
          </button>
        ))}
      </div>
      <div
        ref={list}
        id="chats"
        class="scrolling chats"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={-1}
        onPointerDown={steady.touched}
        onPointerMove={steady.touched}
        onPointerLeave={steady.release}
        onScroll={steady.touched}
        onKeyDown={(event) => {
          steady.touched();
          moveBetweenRows(event);
        }}
      >
        {steady.held > 0 && (
          <button class="button held-rows" type="button" onClick={steady.release}>
            <ArrowUp aria-hidden="true" />
            {words.offer.more(steady.held)}
          </button>
        )}
        {steady.rows.length > 0 && (
          <ul aria-label={words.chats.list}>
            {steady.rows.map((room) => (
              <ChatRow key={room.id} room={room} myId={myId} selected={room.id === selected} />
            ))}
          </ul>
        )}
        {steady.rows.length === 0 && <EmptyList tab={tab} searching={query.trim() !== ""} />}
        {showsOlder && (
          <div class="older">
            <button class="button quiet" type="button" aria-disabled={older.loading} onClick={older.load}>
              {older.loading ? words.loading : words.chats.older}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}

function SearchField({ value, change }: { value: string; change: (value: string) => void }) {
  const words = useWords().chats;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class="search" role="search">
      <Search aria-hidden="true" />
      <input
        ref={input}
        class="input"
        type="search"
        enterkeyhint="search"
        aria-label={words.search}
        placeholder={words.search}
        value={value}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") change("");
        }}
      />
      {value !== "" && (
        <button
          class="icon-button"
          type="button"
          aria-label={words.clearSearch}
          onClick={() => {
            change("");
            input.current?.focus();
          }}
        >
          <X aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

function EmptyList({ tab, searching }: { tab: Tab; searching: boolean }) {
  const words = useWords();
  const { client, notices } = useDesk();
  const status = useAgentState((state) => state.me?.status ?? "online");
  const quiet = tab === "all" && !searching && status !== "online";
  return (
    <div class="empty">
      <p>{searching ? words.chats.empty.search : words.chats.empty[tab]}</p>
      {quiet && (
        <>
          <p>{words.chats.emptyAway}</p>
          <button
            class="button primary"
            type="button"
            onClick={() => {
              client.setStatus("online").catch((error: unknown) => {
                notices.show({ text: problemText(error, words), tone: "bad" });
              });
            }}
          >
            {words.chats.goOnline}
          </button>
        </>
      )}
    </div>
  );
}

/** Closed rooms beyond those that the inbox holds, a page at a time. */
function useOlderRooms() {
  const words = useWords();
  const { client, notices } = useDesk();
  const [rooms, setRooms] = useState<readonly Summary[]>([]);
  const [loading, setLoading] = useState(false);
  const cursor = useRef<string | null | undefined>();

  const load = async () => {
    const known = new Set([...client.state.rooms, ...rooms].map((room) => room.id));
    // The first pages are what the inbox has already.
    for (;;) {
      const page = await client.page("closed", cursor.current ?? undefined);
      cursor.current = page.next_cursor;
      const fresh = page.rooms.filter((room) => !known.has(room.id));
      if (fresh.length > 0) setRooms([...rooms, ...fresh]);
      if (fresh.length > 0 || page.next_cursor === null) return;
    }
  };
  return {
    rooms,
    loading,
    done: cursor.current === null,
    load: () => {
      if (loading) return;
      setLoading(true);
      load()
        .catch((error: unknown) => {
          notices.show({ text: problemText(error, words), tone: "bad" });
        })
        .finally(() => {
          setLoading(false);
        });
    },
  };
}

function moveBetweenTabs(event: KeyboardEvent) {
  const tablist = event.currentTarget as HTMLElement;
  const onward = getComputedStyle(tablist).direction === "rtl" ? -1 : 1;
  const step = event.key === "ArrowRight" ? onward : event.key === "ArrowLeft" ? -onward : 0;
  focusNext(tablist, '[role="tab"]', step, event);
}

function moveBetweenRows(event: KeyboardEvent) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  focusNext(event.currentTarget as HTMLElement, ".chat-row", step, event);
}

function focusNext(within: HTMLElement, selector: string, step: number, event: KeyboardEvent) {
  if (step === 0) return;
  const elements = [...within.querySelectorAll<HTMLElement>(selector)];
  const place = elements.findIndex((element) => element === document.activeElement);
  const next = elements[place + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

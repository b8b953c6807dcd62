/** The signed-in app: its areas, and what stands above all of them. */

import { MessageSquareQuote, MessagesSquare, RefreshCw, Settings as SettingsIcon, WifiOff } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { Link, Router, useLocation, useRoute } from "wouter-preact";
import { useHashLocation } from "wouter-preact/use-hash-location";

import { CannedPane } from "./canned/canned-pane.js";
import { ChatsPane } from "./chats/chats-pane.js";
import { DeskContext, useAgentState, useDesk, type Desk } from "./desk.js";
import { DetailsPane } from "./details/details-pane.js";
import { useAttention } from "./device/attention.js";
import { OfferSheet } from "./offers/offer-sheet.js";
import { useOfferWords } from "./offers/offer-words.js";
import { NoticeArea } from "./parts/notices.js";
import { RoomPane } from "./room/room-pane.js";
import { SettingsPane } from "./settings/settings-pane.js";
import { useWords } from "./words/words.js";

export function AgentApp({ desk }: { desk: Desk }) {
  return (
    <DeskContext.Provider value={desk}>
      <Router hook={useHashLocation}>
        <Shell />
      </Router>
    </DeskContext.Provider>
  );
}

function Shell() {
  const { notices } = useDesk();
  const [, room] = useRoute("/rooms/:id/*?");
  const [details] = useRoute("/rooms/:id/details");
  const roomId = room?.id ?? null;
  useAttention(roomId);
  useOfferWords();
  useNotificationClicks();
  return (
    <div class="shell">
      <OfferSheet shown={roomId} />
      <Banner />
      <Areas roomId={roomId} details={details} />
      <Navigation />
      <NoticeArea notices={notices} />
    </div>
  );
}

function Areas({ roomId, details }: { roomId: string | null; details: boolean }) {
  const words = useWords();
  const [canned] = useRoute("/canned");
  const [settings] = useRoute("/settings");
  if (canned || settings) return <main class="panes">{canned ? <CannedPane /> : <SettingsPane />}</main>;
  return (
    <main class={details ? "panes with-list with-details" : "panes with-list"}>
      <ChatsPane selected={roomId} />
      {roomId === null ? (
        <div class="empty hint-pane">
          <MessagesSquare aria-hidden="true" />
          <p>{words.chats.pickOne}</p>
        </div>
      ) : (
        <RoomPane key={roomId} roomId={roomId} details={details} />
      )}
      {roomId !== null && details && <DetailsPane key={`details ${roomId}`} roomId={roomId} />}
    </main>
  );
}

function Banner() {
  const words = useWords().connection;
  const { client, signInAgain } = useDesk();
  const connection = useAgentState((state) => state.connection);
  const unauthenticated = useAgentState((state) => state.unauthenticated);
  const waiting = useAgentState((state) => state.waiting);
  return (
    <div class="banner" role="status">
      {unauthenticated ? (
        <>
          {words.signInAgain}
          <button class="button quiet" type="button" onClick={signInAgain}>
            {words.signIn}
          </button>
        </>
      ) : connection === "offline" ? (
        <>
          <WifiOff aria-hidden="true" />
          <span>
            {words.offline} {waiting > 0 && words.waiting(waiting)}
          </span>
          <RetryButton
            retry={() => {
              client.retryNow();
            }}
          />
        </>
      ) : connection === "connecting" ? (
        words.connecting
      ) : null}
    </div>
  );
}

function RetryButton({ retry }: { retry: () => void }) {
  const words = useWords();
  return (
    <button class="button quiet" type="button" onClick={retry}>
      <RefreshCw aria-hidden="true" />
      {words.retry}
    </button>
  );
}

function Navigation() {
  const words = useWords();
  const [location] = useLocation();
  const waiting = useAgentState((state) => state.counts.waiting);
  const current = location.startsWith("/canned") ? "canned" : location.startsWith("/settings") ? "settings" : "chats";
  return (
    <nav class="navigation" aria-label={words.areas.navigation}>
      <Link href="/" aria-current={current === "chats" ? "page" : undefined}>
        <MessagesSquare aria-hidden="true" />
        {words.areas.chats}
        {waiting > 0 && (
          <span class="badge">
            <span aria-hidden="true">{waiting}</span>
            <span class="visually-hidden">
              {words.chats.tabCount(waiting)} {words.chats.tabs.waiting}
            </span>
          </span>
        )}
      </Link>
      <Link href="/canned" aria-current={current === "canned" ? "page" : undefined}>
        <MessageSquareQuote aria-hidden="true" />
        {words.areas.canned}
      </Link>
      <Link href="/settings" aria-current={current === "settings" ? "page" : undefined}>
        <SettingsIcon aria-hidden="true" />
        {words.areas.settings}
      </Link>
    </nav>
  );
}

/** A click on a notification opens its room in the app that is open already. */
function useNotificationClicks(): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return;
    const heard = ({ data }: MessageEvent<{ open_room?: unknown } | null>) => {
      if (typeof data?.open_room === "string") navigate(`/rooms/${data.open_room}`);
    };
    navigator.serviceWorker.addEventListener("message", heard);
    return () => {
      navigator.serviceWorker.removeEventListener("message", heard);
    };
  }, [navigate]);
}

/** From nothing to the agent's desk: the configuration, then who is signed in. */

import type { Config } from "@foyer/client";
import { useEffect, useMemo, useState } from "preact/hooks";

import { AgentApp } from "./agent-app.js";
import { followVisibility } from "./device/foreground.js";
import { createPushDevice } from "./device/push-device.js";
import { createNotices } from "./parts/notices.js";
import { useStore, type Store } from "./parts/store.js";
import { createClosingTabs } from "./room/closing-tabs.js";
import { openConfig } from "./session/configuration.js";
import { openSessions, type Session, type Sessions } from "./session/session.js";
import { SignInScreen } from "./session/sign-in-screen.js";
import { useWords } from "./words/words.js";
import type { Desk } from "./desk.js";
import type { Settings } from "./device/settings.js";

export function Root({ apiUrl, settings }: { apiUrl: string; settings: Store<Settings> }) {
  const words = useWords();
  const [config, setConfig] = useState<Config | "failed" | null>(null);
  const load = () => {
    setConfig(null);
    openConfig(apiUrl).then(setConfig, () => {
      setConfig("failed");
    });
  };
  useEffect(load, [apiUrl]);

  if (config === null) {
    return (
      <main class="empty" aria-busy="true">
        {words.loading}
      </main>
    );
  }
  if (config === "failed") {
    return (
      <main class="empty">
        <h1>{words.trouble.title}</h1>
        <p>{words.trouble.text}</p>
        <button class="button primary" type="button" onClick={load}>
          {words.retry}
        </button>
      </main>
    );
  }
  return <Door config={config} settings={settings} />;
}

function Door({ config, settings }: { config: Config; settings: Store<Settings> }) {
  const sessions = useMemo(() => openSessions(config), [config]);
  const session = useStore(sessions.current);
  if (session === null) return <SignInScreen auth={config.auth} done={sessions.begin} />;
  return <SignedIn key={session} config={config} sessions={sessions} session={session} settings={settings} />;
}

interface SignedInProps {
  config: Config;
  sessions: Sessions;
  session: Session;
  settings: Store<Settings>;
}

function SignedIn({ config, sessions, session, settings }: SignedInProps) {
  const desk = useMemo<Desk>(() => {
    const { client, departures } = session;
    return {
      client,
      departures,
      settings,
      notices: createNotices(),
      closing: createClosingTabs(client),
      push: createPushDevice(client, config.push?.vapid_public_key ?? null),
      signInAgain: sessions.lapse,
      signOut: sessions.end,
    };
  }, [session]);
  useEffect(() => followVisibility(desk), [desk]);
  return <AgentApp desk={desk} />;
}

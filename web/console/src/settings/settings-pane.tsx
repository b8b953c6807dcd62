/** What the agent can set: the status, this device, how the app looks and speaks; and the way out. */

import { LogOut } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";

import { StatusPicker } from "../chats/status-picker.js";
import { useAgentState, useDesk } from "../desk.js";
import type { Settings } from "../device/settings.js";
import { Avatar } from "../parts/people.js";
import { SelectField } from "../parts/select-field.js";
import { useStore } from "../parts/store.js";
import { useWords } from "../words/words.js";

export function SettingsPane() {
  const words = useWords();
  const texts = words.settings;
  const { settings } = useDesk();
  const chosen = useStore(settings);
  const change = (part: Partial<Settings>) => {
    settings.set({ ...settings.value, ...part });
  };
  return (
    <section class="pane" aria-label={texts.title}>
      <header class="pane-head">
        <h1>{texts.title}</h1>
      </header>
      <div class="scrolling">
        <div class="page">
          <Account />
          <section class="card">
            <h2>{texts.alerts}</h2>
            <Switch
              label={texts.sound}
              on={chosen.sound}
              change={(sound) => {
                change({ sound });
              }}
            />
            <Switch
              label={texts.vibration}
              on={chosen.vibration}
              change={(vibration) => {
                change({ vibration });
              }}
            />
          </section>
          <Notifications />
          <section class="card">
            <h2>{texts.appearance}</h2>
            <SelectField
              label={texts.theme}
              value={chosen.theme}
              options={(["system", "light", "dark"] as const).map((theme) => [theme, texts.themes[theme]])}
              change={(theme) => {
                change({ theme: theme as Settings["theme"] });
              }}
            />
            <SelectField
              label={texts.language}
              value={chosen.language}
              options={(["system", "en", "de"] as const).map((language) => [language, texts.languages[language]])}
              change={(language) => {
                change({ language: language as Settings["language"] });
              }}
            />
          </section>
          <SignOut />
        </div>
      </div>
    </section>
  );
}

function Account() {
  const words = useWords();
  const me = useAgentState((state) => state.me);
  if (me === null) return null;
  return (
    <section class="card account" aria-label={words.settings.account}>
      <Avatar name={me.name} />
      <div class="account-main">
        <h2 dir="auto">{me.name}</h2>
        <p class="quiet-text">{me.email}</p>
        <p class="quiet-text">
          {me.admin && `${words.settings.admin} · `}
          {me.departments.map((one) => one.name).join(", ")}
        </p>
      </div>
      <StatusPicker />
    </section>
  );
}

function Switch({ label, on, change }: { label: string; on: boolean; change: (on: boolean) => void }) {
  return (
    <label class="switch">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={on}
        onChange={(event) => {
          change(event.currentTarget.checked);
        }}
      />
    </label>
  );
}

function Notifications() {
  const words = useWords();
  const texts = words.settings.push;
  const { push, notices } = useDesk();
  const state = useStore(push.state);
  const [working, setWorking] = useState(false);

  useEffect(() => {
    push.refresh().catch(() => undefined);
  }, [push]);

  const run = (change: Promise<void>) => {
    setWorking(true);
    change
      .catch(() => {
        notices.show({ text: texts.failed, tone: "bad" });
      })
      .finally(() => {
        setWorking(false);
      });
  };
  return (
    <section class="card">
      <h2>{words.settings.device}</h2>
      <p class="quiet-text" role="status">
        {texts[state]}
      </p>
      {state === "off" && (
        <button
          class="button"
          type="button"
          aria-disabled={working}
          onClick={() => {
            run(push.enable(words.locale));
          }}
        >
          {texts.enable}
        </button>
      )}
      {state === "on" && (
        <button
          class="button"
          type="button"
          aria-disabled={working}
          onClick={() => {
            run(push.disable());
          }}
        >
          {texts.disable}
        </button>
      )}
    </section>
  );
}

function SignOut() {
  const texts = useWords().settings;
  const { signOut } = useDesk();
  const waiting = useAgentState((state) => state.waiting);
  const [warned, setWarned] = useState(false);
  const unsure = waiting > 0 && warned;
  return (
    <div class="sign-out">
      <div role="alert">{unsure && <p class="error">{texts.signOutUnsent(waiting)}</p>}</div>
      <button
        class={unsure ? "button bad" : "button"}
        type="button"
        onClick={() => {
          if (waiting > 0 && !warned) setWarned(true);
          else void signOut();
        }}
      >
        <LogOut aria-hidden="true" class="points-onward" />
        {unsure ? texts.signOutAnyway : texts.signOut}
      </button>
    </div>
  );
}

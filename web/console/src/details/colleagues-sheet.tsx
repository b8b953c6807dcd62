/** Whom to invite, or to whom to hand over: with status and load, the likeliest first. */

import type { AgentStatus, Colleague, DepartmentOnline, Summary } from "@foyer/client";
import { Users } from "lucide-preact";
import { useEffect, useState } from "preact/hooks";

import { useAgentState, useDesk, useMyId } from "../desk.js";
import { Avatar, Presence } from "../parts/people.js";
import { Sheet } from "../parts/sheet.js";
import { useWords } from "../words/words.js";
import { byReadiness } from "./readiness.js";

interface ColleaguesSheetProps {
  room: Summary;
  purpose: "invite" | "transfer";
  close: () => void;
}

interface Choices {
  agents: Colleague[];
  departments: DepartmentOnline[];
}

export function ColleaguesSheet({ room, purpose, close }: ColleaguesSheetProps) {
  const words = useWords();
  const texts = words.colleagues;
  const { client, notices } = useDesk();
  const myId = useMyId();
  const statuses = useAgentState((state) => state.statuses);
  const [choices, setChoices] = useState<Choices | "failed" | null>(null);
  const [query, setQuery] = useState("");

  useEffect(() => {
    Promise.all([client.agents(), purpose === "transfer" ? client.departments() : []]).then(
      ([agents, departments]) => {
        setChoices({ agents, departments });
      },
      () => {
        setChoices("failed");
      },
    );
  }, [client, purpose]);

  const give = (command: Promise<Summary>, done: string) => {
    command.then(
      () => {
        notices.show({ text: done });
      },
      // Refusals are told where all of them are told.
      () => undefined,
    );
    close();
  };

  const matches = (name: string) => name.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
  const found = choices === null || choices === "failed" ? null : choices;
  const agents = byReadiness(
    (found?.agents ?? [])
      .filter((one) => one.id !== myId && matches(one.name))
      .map((one) => ({ ...one, status: statuses[one.id] ?? one.status })),
  );
  const departments = (found?.departments ?? []).filter((one) => matches(one.name));
  const inside = (id: string) => room.participants.some((one) => one.id === id);

  return (
    <Sheet title={purpose === "invite" ? texts.inviteTitle : texts.transferTitle} close={close}>
      <p class="quiet-text">{purpose === "invite" ? texts.inviteHint : texts.transferHint}</p>
      {choices === null && <p role="status">{words.loading}</p>}
      {choices === "failed" && <p class="error">{texts.unavailable}</p>}
      {found && found.agents.length > 8 && (
        <input
          class="input"
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          value={query}
          onInput={(event) => {
            setQuery(event.currentTarget.value);
          }}
        />
      )}
      {departments.length > 0 && (
        <section>
          <h3>{texts.departments}</h3>
          <ul class="choices">
            {departments.map((one) => (
              <li key={one.id}>
                <button
                  class="choice"
                  type="button"
                  onClick={() => {
                    give(client.transfer(room.id, { department_id: one.id }), texts.transferred(one.name));
                  }}
                >
                  <span class="avatar" aria-hidden="true">
                    <Users />
                  </span>
                  <span class="choice-main">
                    <strong dir="auto">{one.name}</strong>
                    <span class="choice-state">
                      <span class="presence" data-status={one.online ? "online" : "offline"} aria-hidden="true" />
                      {one.online ? texts.online : texts.nobodyOnline}
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {found && (
        <section>
          <h3>{texts.agents}</h3>
          {agents.length === 0 && <p class="quiet-text">{texts.none}</p>}
          <ul class="choices">
            {agents.map((one) => (
              <li key={one.id}>
                <button
                  class="choice"
                  type="button"
                  disabled={inside(one.id)}
                  onClick={() => {
                    if (purpose === "invite") give(client.invite(room.id, one.id), texts.invited(one.name));
                    else give(client.transfer(room.id, { agent_id: one.id }), texts.transferred(one.name));
                  }}
                >
                  <Avatar name={one.name} />
                  <span class="choice-main">
                    <strong dir="auto">{one.name}</strong>
                    <ColleagueState
                      status={one.status}
                      text={inside(one.id) ? texts.inside : texts.load(one.open_rooms)}
                    />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Sheet>
  );
}

function ColleagueState({ status, text }: { status: AgentStatus; text: string }) {
  const words = useWords();
  return (
    <span class="choice-state">
      <span class="visually-hidden">, </span>
      <Presence status={status} />
      <span aria-hidden="true">{words.status[status]}</span> · {text}
    </span>
  );
}

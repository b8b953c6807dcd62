/** All canned responses that the agent may use; the own ones, and for admins the shared ones, can be changed. */

import { findCannedResponses, type CannedResponse } from "@foyer/client";
import { Pencil, Plus } from "lucide-preact";
import { useMemo, useState } from "preact/hooks";

import { useAgentState } from "../desk.js";
import { useWords } from "../words/words.js";
import { CannedEditor } from "./canned-editor.js";

export function CannedPane() {
  const words = useWords();
  const responses = useAgentState((state) => state.cannedResponses);
  const admin = useAgentState((state) => state.me?.admin ?? false);
  const [query, setQuery] = useState("");
  const [edited, setEdited] = useState<CannedResponse | "new" | null>(null);
  const found = useMemo(() => findCannedResponses(responses, query), [responses, query]);
  return (
    <section class="pane" aria-label={words.canned.title}>
      <header class="pane-head">
        <h1>{words.canned.title}</h1>
        <button
          class="button primary"
          type="button"
          aria-label={words.canned.add}
          onClick={() => {
            setEdited("new");
          }}
        >
          <Plus aria-hidden="true" />
          {words.canned.addShort}
        </button>
      </header>
      <div class="scrolling">
        <div class="page">
          <input
            class="input"
            type="search"
            aria-label={words.canned.search}
            placeholder={words.canned.search}
            value={query}
            onInput={(event) => {
              setQuery(event.currentTarget.value);
            }}
          />
          {found.length === 0 && (
            <p class="quiet-text">{responses.length === 0 ? words.canned.noneAtAll : words.canned.none}</p>
          )}
          <ul class="canned-cards" aria-label={words.canned.title}>
            {found.map((response) => (
              <li key={response.id} class="card canned-card">
                <div>
                  <h2 dir="auto">{response.title}</h2>
                  <p class="canned-meta">
                    <kbd>/{response.shortcut}</kbd>
                    <span class="scope">{words.canned.scopes[response.scope]}</span>
                    {response.tags.map((tag) => (
                      <span key={tag} class="tag" dir="auto">
                        {tag}
                      </span>
                    ))}
                  </p>
                </div>
                {(response.scope === "agent" || admin) && (
                  <button
                    class="icon-button"
                    type="button"
                    aria-label={words.canned.edit(response.title)}
                    onClick={() => {
                      setEdited(response);
                    }}
                  >
                    <Pencil aria-hidden="true" />
                  </button>
                )}
                <p class="canned-text" dir="auto">
                  {response.body}
                </p>
              </li>
            ))}
          </ul>
        </div>
      </div>
      {edited !== null && (
        <CannedEditor
          response={edited === "new" ? null : edited}
          close={() => {
            setEdited(null);
          }}
        />
      )}
    </section>
  );
}

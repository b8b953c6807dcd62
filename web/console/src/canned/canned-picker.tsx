/** Finds a canned response while one writes; all of it works without a network. */

import { fillCannedResponse, findCannedResponses, type CannedResponse, type CannedValues } from "@foyer/client";
import { SendHorizontal, Settings2, X } from "lucide-preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";

import { useAgentState } from "../desk.js";
import { useWords } from "../words/words.js";

/** More than these nobody reads through; typing finds the others. */
const SHOWN = 50;

interface CannedPickerProps {
  /** Puts it into the composer, for editing. */
  insert: (response: CannedResponse) => void;
  /** Sends it as it stands; the picker stays, for a second one. Null where nothing can be sent. */
  sendNow: ((response: CannedResponse) => void) | null;
  close: () => void;
  values: CannedValues;
}

export function CannedPicker({ insert, sendNow, close, values }: CannedPickerProps) {
  const words = useWords();
  const responses = useAgentState((state) => state.cannedResponses);
  const [query, setQuery] = useState("");
  const found = useMemo(() => findCannedResponses(responses, query).slice(0, SHOWN), [responses, query]);
  const input = useRef<HTMLInputElement>(null);
  const panel = useRef<HTMLElement>(null);

  // In the same turn as the press: phones raise the keyboard for nothing later.
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);

  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close();
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const stops = [input.current, ...(panel.current?.querySelectorAll<HTMLElement>(".canned-insert") ?? [])];
    const row = document.activeElement?.closest(".canned-row")?.querySelector(".canned-insert") ?? input.current;
    stops[stops.findIndex((stop) => stop === row) + step]?.focus();
  };

  return (
    <section ref={panel} class="picker canned-picker" aria-label={words.canned.pick} onKeyDown={move}>
      <div class="picker-head">
        <input
          ref={input}
          class="input"
          type="search"
          aria-label={words.canned.search}
          placeholder={words.canned.search}
          autocapitalize="none"
          autocomplete="off"
          value={query}
          onInput={(event) => {
            // Whoever is used to typing the slash goes on doing so.
            setQuery(event.currentTarget.value.replace(/^\//, ""));
          }}
          onKeyDown={(event) => {
            const first = found[0];
            if (event.key !== "Enter" || event.isComposing || first === undefined) return;
            event.preventDefault();
            if (event.ctrlKey || event.metaKey) sendNow?.(first);
            else insert(first);
          }}
        />
        <Link class="icon-button" href="/canned" aria-label={words.canned.manage}>
          <Settings2 aria-hidden="true" />
        </Link>
        <button class="icon-button" type="button" aria-label={words.closePanel} onClick={close}>
          <X aria-hidden="true" />
        </button>
      </div>
      <p class="visually-hidden" role="status">
        {found.length === 0 ? words.canned.none : String(found.length)}
      </p>
      {found.length === 0 ? (
        <p class="picker-none">{responses.length === 0 ? words.canned.noneAtAll : words.canned.none}</p>
      ) : (
        <ul class="picker-list">
          {found.map((response) => (
            <li key={response.id} class="canned-row">
              <button
                class="canned-insert"
                type="button"
                aria-label={words.canned.insert(response.title)}
                onClick={() => {
                  insert(response);
                }}
              >
                <span class="canned-title">
                  <strong dir="auto">{response.title}</strong>
                  <kbd>/{response.shortcut}</kbd>
                </span>
                <span class="canned-body" dir="auto">
                  {fillCannedResponse(response.body, values)}
                </span>
              </button>
              {sendNow && (
                <button
                  class="icon-button"
                  type="button"
                  aria-label={words.canned.sendNow(response.title)}
                  title={words.canned.sendNow(response.title)}
                  onClick={() => {
                    sendNow(response);
                  }}
                >
                  <SendHorizontal aria-hidden="true" class="points-onward" />
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

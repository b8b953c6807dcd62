/** Where one writes: a reply or an internal note, with canned responses and a draft that stays. */

import { fillCannedResponse, type CannedResponse, type CannedValues, type Summary } from "@foyer/client";
import { MessageSquareQuote, SendHorizontal, Smile, StickyNote } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { CannedPicker } from "../canned/canned-picker.js";
import { useAgentState, useDesk } from "../desk.js";
import { visitorName } from "../parts/people.js";
import { useWords } from "../words/words.js";
import { keepDraft, readDraft, type Draft } from "./drafts.js";
import { EmojiPicker } from "./emoji-picker.js";

const LONGEST = 4_000;

interface ComposerProps {
  room: Summary;
  /** The visitor's address, once it is known: canned responses may name it. */
  email: string | null;
}

/** To be drawn anew for each room: `key={room.id}`. */
export function Composer({ room, email }: ComposerProps) {
  const words = useWords();
  const { client, notices } = useDesk();
  const me = useAgentState((state) => state.me);
  const [draft, setDraft] = useState<Draft>(() => readDraft(room.id));
  const [panel, setPanel] = useState<"canned" | "emoji" | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const note = draft.kind === "note";
  const length = codePoints(draft.text.trim());
  const excess = length - LONGEST;
  const visitor = visitorName(room.visitor, words);

  useGrowth(area, draft.text);
  useEffect(() => {
    // Where a keyboard is at hand one writes at once; on a phone it would cover what came in.
    if (matchMedia("(pointer: fine)").matches) area.current?.focus({ preventScroll: true });
    return () => {
      client.typing(room.id, false);
    };
  }, []);

  const change = (next: Draft) => {
    setDraft(next);
    keepDraft(room.id, next);
  };
  const type = (text: string) => {
    change({ ...draft, text });
    client.typing(room.id, !note && text.trim() !== "");
  };
  const send = () => {
    const text = draft.text.trim();
    if (text === "" || excess > 0) return;
    if (note) client.note(room.id, text);
    else client.send(room.id, text, draft.canned_response_id);
    client.typing(room.id, false);
    change({ text: "", kind: draft.kind });
    area.current?.focus();
  };
  const closePanel = () => {
    setPanel(null);
    area.current?.focus();
  };

  const values: CannedValues = {
    visitor: { name: room.visitor.name, email },
    agent: { name: me?.name ?? null },
    department: { name: me?.departments.find((one) => one.id === room.department_id)?.name ?? null },
  };
  const insert = (response: CannedResponse) => {
    const text = fillCannedResponse(response.body, values);
    const joined = draft.text.trim() === "" ? text : insertAt(area.current, draft.text, text);
    const first = draft.text.trim() === "" ? { canned_response_id: response.id } : {};
    change({ ...draft, ...first, text: joined });
    closePanel();
  };
  const sendNow = (response: CannedResponse) => {
    client.send(room.id, fillCannedResponse(response.body, values), response.id);
    notices.show({ text: words.canned.sent(response.title), about: "canned", lasts: 2_500 });
  };

  return (
    <div class="composer" data-kind={draft.kind}>
      {panel === "canned" && (
        <CannedPicker insert={insert} sendNow={note ? null : sendNow} close={closePanel} values={values} />
      )}
      {panel === "emoji" && (
        <EmojiPicker
          pick={(emoji) => {
            type(insertAt(area.current, draft.text, emoji));
          }}
          close={closePanel}
        />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <fieldset class="composer-kind">
          <legend class="visually-hidden">{words.composer.kind}</legend>
          {(["message", "note"] as const).map((kind) => (
            <label key={kind} class="kind-choice" data-kind={kind}>
              <input
                type="radio"
                name="kind"
                checked={draft.kind === kind}
                onChange={() => {
                  change({ ...draft, kind });
                  area.current?.focus();
                }}
              />
              {kind === "note" && <StickyNote aria-hidden="true" />}
              {kind === "note" ? words.composer.kindNote : words.composer.kindMessage}
            </label>
          ))}
          {note && <span class="note-hidden">{words.room.noteHidden}</span>}
        </fieldset>
        <div class="composer-line">
          <button
            class="icon-button"
            type="button"
            aria-label={words.composer.canned}
            aria-expanded={panel === "canned"}
            onClick={() => {
              setPanel(panel === "canned" ? null : "canned");
            }}
          >
            <MessageSquareQuote aria-hidden="true" />
          </button>
          <button
            class="icon-button emoji-button"
            type="button"
            aria-label={words.composer.emoji}
            aria-expanded={panel === "emoji"}
            onClick={() => {
              setPanel(panel === "emoji" ? null : "emoji");
            }}
          >
            <Smile aria-hidden="true" />
          </button>
          <textarea
            ref={area}
            class="input"
            rows={1}
            dir="auto"
            enterkeyhint={matchMedia("(pointer: fine)").matches ? "send" : "enter"}
            aria-label={note ? words.composer.note : words.composer.messageTo(visitor)}
            aria-invalid={excess > 0}
            placeholder={note ? words.composer.writeNote : words.composer.writeMessage}
            value={draft.text}
            onInput={(event) => {
              const text = event.currentTarget.value;
              if (text === "/" && draft.text === "") {
                event.currentTarget.value = "";
                setPanel("canned");
              } else type(text);
            }}
            onKeyDown={(event) => {
              // On a phone Enter is a new line; the button sends.
              const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
              if (sends && (event.ctrlKey || event.metaKey || matchMedia("(pointer: fine)").matches)) {
                event.preventDefault();
                send();
              }
            }}
          />
          <button
            class="icon-button send"
            type="submit"
            aria-label={note ? words.composer.addNote : words.composer.send}
            aria-disabled={length === 0 || excess > 0}
          >
            {note ? <StickyNote aria-hidden="true" /> : <SendHorizontal aria-hidden="true" class="points-onward" />}
          </button>
        </div>
        <div role="status">{excess > 0 && <p class="error">{words.composer.tooLong(excess)}</p>}</div>
      </form>
    </div>
  );
}

/** As the server counts: an emoji of one code point is one. */
function codePoints(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** The text with another one put in where the caret stands. */
function insertAt(area: HTMLTextAreaElement | null, text: string, inserted: string): string {
  const from = area?.selectionStart ?? text.length;
  const to = area?.selectionEnd ?? text.length;
  return text.slice(0, from) + inserted + text.slice(to);
}

/** As high as its text, up to what the style allows. */
function useGrowth(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${element.scrollHeight + 2}px`;
  }, [text]);
}

/** Writes or changes one canned response. */

import { fillCannedResponse, RefusedError, type CannedResponse } from "@foyer/client";
import { useId, useState } from "preact/hooks";

import { useAgentState, useDesk } from "../desk.js";
import { SelectField } from "../parts/select-field.js";
import { Sheet } from "../parts/sheet.js";
import { useWords, type Words } from "../words/words.js";

const VARIABLES = ["{{visitor.name|there}}", "{{visitor.email}}", "{{agent.name}}", "{{department.name}}"];
const LONGEST = 4_000;

type Scope = CannedResponse["scope"];

export function CannedEditor({ response, close }: { response: CannedResponse | null; close: () => void }) {
  const words = useWords();
  const texts = words.canned;
  const { client, notices } = useDesk();
  const me = useAgentState((state) => state.me);
  const [shortcut, setShortcut] = useState(response?.shortcut ?? "");
  const [title, setTitle] = useState(response?.title ?? "");
  const [body, setBody] = useState(response?.body ?? "");
  const [tags, setTags] = useState(response?.tags.join(", ") ?? "");
  const [scope, setScope] = useState<Scope>(response?.scope ?? "agent");
  const [department, setDepartment] = useState(response?.department_id ?? me?.departments[0]?.id ?? "");
  const [working, setWorking] = useState(false);
  const [sure, setSure] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const run = (change: () => Promise<unknown>, done: string) => {
    if (working) return;
    setWorking(true);
    setFailure(null);
    change().then(
      () => {
        notices.show({ text: done });
        close();
      },
      (error: unknown) => {
        setFailure(failureText(error, words));
        setWorking(false);
      },
    );
  };
  const save = () => {
    const written = {
      shortcut: shortcut.trim().replace(/^\//, ""),
      title: title.trim(),
      body: body.trim(),
      tags: tags
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
      scope,
      department_id: scope === "department" ? department : null,
    };
    return response === null
      ? client.createCannedResponse(written)
      : client.changeCannedResponse(response.id, { ...written, version: response.version });
  };

  return (
    <Sheet title={response === null ? texts.newTitle : texts.editTitle} close={close}>
      <form
        class="canned-form"
        onSubmit={(event) => {
          event.preventDefault();
          run(save, texts.saved);
        }}
      >
        <Field label={texts.fields.title} value={title} change={setTitle} />
        <Field label={texts.fields.shortcut} hint={texts.shortcutHint} value={shortcut} change={setShortcut} plain />
        <BodyField value={body} change={setBody} />
        <Field label={texts.fields.tags} hint={texts.tagsHint} value={tags} change={setTags} optional />
        {me?.admin && (
          <>
            <SelectField
              label={texts.fields.scope}
              value={scope}
              options={[
                ["agent", texts.scopes.agent],
                ["department", texts.scopes.department],
                ["company", texts.scopes.company],
              ]}
              change={(value) => {
                setScope(value as Scope);
              }}
            />
            {scope === "department" && (
              <SelectField
                label={texts.fields.department}
                value={department}
                options={me.departments.map((one) => [one.id, one.name])}
                change={setDepartment}
              />
            )}
          </>
        )}
        <div role="alert">{failure !== null && <p class="error">{failure}</p>}</div>
        <div class="canned-buttons">
          {response !== null && (
            <button
              class="button bad"
              type="button"
              onClick={() => {
                if (sure) run(() => client.deleteCannedResponse(response.id), texts.deleted);
                else setSure(true);
              }}
            >
              {sure ? texts.reallyDelete : texts.delete}
            </button>
          )}
          <button class="button primary" type="submit" aria-disabled={working}>
            {words.save}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function failureText(error: unknown, words: Words): string {
  const { failures } = words.canned;
  if (!(error instanceof RefusedError)) return failures.offline;
  switch (error.code) {
    case "shortcut_taken":
      return failures.shortcutTaken;
    case "version_conflict":
      return failures.versionConflict;
    case "validation_failed":
      return error.problem.fields?.map((one) => one.message).join(" ") ?? failures.other;
    default:
      return failures.other;
  }
}

interface FieldProps {
  label: string;
  value: string;
  change: (value: string) => void;
  hint?: string;
  optional?: boolean;
  /** Not a sentence: nothing shall be capitalised or corrected. */
  plain?: boolean;
}

function Field({ label, value, change, hint, optional = false, plain = false }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        dir="auto"
        required={!optional}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        autocapitalize={plain ? "none" : "sentences"}
        spellcheck={!plain}
        value={value}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function BodyField({ value, change }: { value: string; change: (value: string) => void }) {
  const words = useWords();
  const texts = words.canned;
  const me = useAgentState((state) => state.me);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{texts.fields.body}</label>
      <textarea
        id={id}
        class="input"
        rows={5}
        dir="auto"
        required
        maxLength={LONGEST}
        aria-describedby={`${id}-hint`}
        value={value}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
      />
      <p id={`${id}-hint`} class="hint">
        {texts.bodyHint}{" "}
        {VARIABLES.map((variable) => (
          <code key={variable}>{variable} </code>
        ))}
      </p>
      {value.includes("{{") && (
        <div class="preview">
          <h3>{texts.preview}</h3>
          <p class="message-text" dir="auto">
            {fillCannedResponse(value, {
              visitor: { name: texts.sample.visitor, email: "ada@example.com" },
              agent: { name: me?.name ?? null },
              department: { name: me?.departments[0]?.name ?? texts.sample.department },
            })}
          </p>
        </div>
      )}
    </div>
  );
}

/** Signing in, and what the pool may ask on the way: a first password, a second factor, a forgotten password. */

import type { Config } from "@foyer/client";
import { Eye, EyeOff, MessagesSquare } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { useWords } from "../words/words.js";
import type { Failure, Step } from "./sign-in.js";
import type { Tokens } from "./user-pool.js";

/** What is loaded when it is needed first; tests hand in their own. */
export type SignInModule = Pick<typeof import("./sign-in.js"), "signIn" | "sendResetCode" | "resetPassword">;

interface SignInProps {
  auth: Config["auth"];
  done: (tokens: Tokens) => void;
  load?: () => Promise<SignInModule>;
}

type Stage = Exclude<Step, { kind: "done" }> | { kind: "credentials" } | { kind: "forgot" } | { kind: "reset" };

const loadModule = () => import("./sign-in.js");

export function SignInScreen({ auth, done, load = loadModule }: SignInProps) {
  const words = useWords().signIn;
  const [stage, setStage] = useState<Stage>({ kind: "credentials" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  useEffect(() => {
    // Fetched while the person types.
    load().catch(() => undefined);
  }, [load]);

  const go = (next: Stage) => {
    setStage(next);
    setFailure(null);
    setCode("");
    if (next.kind !== "credentials") setPassword("");
  };
  const take = (step: Step) => {
    if (step.kind === "done") done(step.tokens);
    else go(step);
  };
  const submit = async () => {
    const { signIn, sendResetCode, resetPassword } = await load();
    switch (stage.kind) {
      case "credentials":
        take(await signIn(auth, email, password));
        break;
      case "new-password":
        take(await stage.answer(password));
        break;
      case "code":
        take(await stage.answer(code));
        break;
      case "forgot":
        await sendResetCode(auth, email);
        go({ kind: "reset" });
        break;
      case "reset":
        await resetPassword(auth, email, code, password);
        take(await signIn(auth, email, password));
    }
  };
  const submitted = (event: Event) => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    setFailure(null);
    submit()
      .catch((error: unknown) => {
        const known = error instanceof Error && error.name === "SignInError" ? (error as { failure?: Failure }) : {};
        setFailure(known.failure ?? "unreachable");
      })
      .finally(() => {
        setWorking(false);
      });
  };

  const form = (title: string, hint: string, label: string, fields: ComponentChildren) => (
    <form class="sign-in-form" onSubmit={submitted}>
      <div>
        <h1>{title}</h1>
        <p class="quiet-text">{hint}</p>
      </div>
      {fields}
      <div role="alert">{failure !== null && <p class="error">{words.failures[failure]}</p>}</div>
      <button class="button primary" type="submit" aria-disabled={working}>
        {working ? words.working : label}
      </button>
      {stage.kind === "credentials" ? (
        <button
          class="button quiet"
          type="button"
          onClick={() => {
            go({ kind: "forgot" });
          }}
        >
          {words.forgot}
        </button>
      ) : (
        <button
          class="button quiet"
          type="button"
          onClick={() => {
            go({ kind: "credentials" });
          }}
        >
          {words.backToSignIn}
        </button>
      )}
    </form>
  );

  const emailField = (
    <TextField label={words.email} type="email" autocomplete="username" value={email} change={setEmail} first />
  );
  const codeField = (
    <TextField label={words.code} type="text" autocomplete="one-time-code" value={code} change={setCode} first />
  );
  const newPasswordField = (
    <PasswordField label={words.newPassword} autocomplete="new-password" value={password} change={setPassword} />
  );

  return (
    <main class="sign-in">
      <p class="brand">
        <MessagesSquare aria-hidden="true" />
        Foyer
      </p>
      {stage.kind === "credentials" &&
        form(
          words.title,
          words.hint,
          words.submit,
          <>
            {emailField}
            <PasswordField
              label={words.password}
              autocomplete="current-password"
              value={password}
              change={setPassword}
            />
          </>,
        )}
      {stage.kind === "new-password" &&
        form(words.newPasswordTitle, words.newPasswordHint, words.setPassword, newPasswordField)}
      {stage.kind === "code" && form(words.codeTitle, words.codeHint, words.confirm, codeField)}
      {stage.kind === "forgot" && form(words.resetTitle, words.resetHint, words.resetSend, emailField)}
      {stage.kind === "reset" &&
        form(
          words.resetTitle,
          words.resetSent,
          words.setPassword,
          <>
            {codeField}
            {newPasswordField}
          </>,
        )}
    </main>
  );
}

interface FieldProps {
  label: string;
  value: string;
  change: (value: string) => void;
}

interface TextFieldProps extends FieldProps {
  type: string;
  autocomplete: "username" | "one-time-code";
  first?: boolean;
}

function TextField({ label, type, autocomplete, value, change, first = false }: TextFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (first) input.current?.focus();
  }, [first]);
  return (
    <div class="field">
      <label for={autocomplete}>{label}</label>
      <input
        ref={input}
        id={autocomplete}
        class="input"
        type={type}
        inputMode={autocomplete === "one-time-code" ? "numeric" : "email"}
        autocomplete={autocomplete}
        autocapitalize="none"
        dir="ltr"
        required
        value={value}
        onInput={(event) => {
          change(event.currentTarget.value);
        }}
      />
    </div>
  );
}

interface PasswordFieldProps extends FieldProps {
  autocomplete: "current-password" | "new-password";
}

function PasswordField({ label, autocomplete, value, change }: PasswordFieldProps) {
  const words = useWords().signIn;
  const [shown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={autocomplete}>{label}</label>
      <div class="password">
        <input
          id={autocomplete}
          class="input"
          type={shown ? "text" : "password"}
          autocomplete={autocomplete}
          autocapitalize="none"
          dir="ltr"
          required
          value={value}
          onInput={(event) => {
            change(event.currentTarget.value);
          }}
        />
        <button
          class="icon-button"
          type="button"
          aria-label={words.showPassword}
          aria-pressed={shown}
          onClick={() => {
            setShown(!shown);
          }}
        >
          {shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
        </button>
      </div>
    </div>
  );
}

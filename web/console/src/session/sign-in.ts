/**
 * Signing in with the user pool, by SRP, which never sends the password. This module brings the library along; it is
 * loaded on the sign-in screen alone.
 */

import {
  confirmResetPassword,
  confirmSignIn,
  resetPassword as forgotPassword,
  signIn as enter,
} from "@aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "@aws-amplify/auth/cognito";
import { Amplify } from "@aws-amplify/core";
import type { Config } from "@foyer/client";

import type { Tokens } from "./user-pool.js";

export type Failure = "wrong" | "code" | "password" | "tooMany" | "unreachable" | "other";

/** What the pool asks next, or that it is done. */
export type Step =
  | { kind: "done"; tokens: Tokens }
  | { kind: "new-password"; answer: (password: string) => Promise<Step> }
  | { kind: "code"; answer: (code: string) => Promise<Step> };

export class SignInError extends Error {
  override readonly name = "SignInError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure);
    this.failure = failure;
  }
}

/** One attempt; a person who begins anew begins from nothing. */
export async function signIn(auth: Config["auth"], email: string, password: string): Promise<Step> {
  configure(auth);
  return next(() => enter({ username: email.trim(), password }));
}

/** Sends a code for a new password; the pool says nothing about whether the address is known. */
export async function sendResetCode(auth: Config["auth"], email: string): Promise<void> {
  configure(auth);
  await told(() => forgotPassword({ username: email.trim() }));
}

export async function resetPassword(
  auth: Config["auth"],
  email: string,
  code: string,
  password: string,
): Promise<void> {
  configure(auth);
  await told(() =>
    confirmResetPassword({ username: email.trim(), confirmationCode: code.trim(), newPassword: password }),
  );
}

function configure(auth: Config["auth"]): void {
  Amplify.configure(
    {
      Auth: {
        Cognito: {
          userPoolId: auth.user_pool_id,
          userPoolClientId: auth.client_id,
          userPoolEndpoint: auth.endpoint,
        },
      },
    },
    { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } },
  );
  // The library would keep the tokens by itself; they are kept by session.ts, so it gets a place that forgets.
  cognitoUserPoolsTokenProvider.setKeyValueStorage(forgetful());
}

async function next(ask: () => ReturnType<typeof enter>): Promise<Step> {
  const { nextStep } = await told(ask);
  switch (nextStep.signInStep) {
    case "DONE":
      return { kind: "done", tokens: await takeTokens() };
    case "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED":
      return { kind: "new-password", answer };
    case "CONFIRM_SIGN_IN_WITH_TOTP_CODE":
    case "CONFIRM_SIGN_IN_WITH_SMS_CODE":
    case "CONFIRM_SIGN_IN_WITH_EMAIL_CODE":
      return { kind: "code", answer };
    default:
      // The pool asks for what this app has no screen for.
      throw new SignInError("other");
  }
}

function answer(text: string): Promise<Step> {
  return next(() => confirmSignIn({ challengeResponse: text.trim() }));
}

async function takeTokens(): Promise<Tokens> {
  const found = await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens();
  const { exp, iat } = found?.accessToken.payload ?? {};
  if (found?.refreshToken === undefined || exp === undefined || iat === undefined) throw new SignInError("other");
  return {
    access: found.accessToken.toString(),
    // By how long it lives, not by when it ends: the device's clock may be wrong.
    expires: Date.now() + (exp - iat) * 1000,
    refresh: found.refreshToken,
  };
}

function forgetful() {
  const kept = new Map<string, string>();
  return {
    setItem: (key: string, value: string) => {
      kept.set(key, value);
      return Promise.resolve();
    },
    getItem: (key: string) => Promise.resolve(kept.get(key) ?? null),
    removeItem: (key: string) => {
      kept.delete(key);
      return Promise.resolve();
    },
    clear: () => {
      kept.clear();
      return Promise.resolve();
    },
  };
}

const FAILURES: Partial<Record<string, Failure>> = {
  NotAuthorizedException: "wrong",
  UserNotFoundException: "wrong",
  CodeMismatchException: "code",
  ExpiredCodeException: "code",
  EnableSoftwareTokenMFAException: "code",
  InvalidPasswordException: "password",
  TooManyRequestsException: "tooMany",
  LimitExceededException: "tooMany",
  TooManyFailedAttemptsException: "tooMany",
  NetworkError: "unreachable",
};

async function told<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw new SignInError(FAILURES[error instanceof Error ? error.name : ""] ?? "other");
  }
}

/** What the app asks of the user pool after signing in: three calls, so that no library is loaded for them. */

import type { Config } from "@foyer/client";

export interface Tokens {
  access: string;
  /** Milliseconds since 1970 by this device's clock. */
  expires: number;
  refresh: string;
}

/** The pool's answer that a sign-in has ended; everything else may pass by itself. */
export class SignedOutError extends Error {
  override readonly name = "SignedOutError";
}

interface PoolAnswer {
  AuthenticationResult?: { AccessToken: string; ExpiresIn: number; RefreshToken?: string };
}

export async function refreshTokens(auth: Config["auth"], tokens: Tokens, now = Date.now()): Promise<Tokens> {
  const answer = (await callPool(auth, "InitiateAuth", {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    ClientId: auth.client_id,
    AuthParameters: { REFRESH_TOKEN: tokens.refresh },
  })) as PoolAnswer;
  const result = answer.AuthenticationResult;
  if (!result) throw new Error("the user pool answered without tokens");
  return {
    access: result.AccessToken,
    expires: now + result.ExpiresIn * 1000,
    refresh: result.RefreshToken ?? tokens.refresh,
  };
}

/** Makes the refresh token worthless, and so this device's sign-in. */
export async function revokeTokens(auth: Config["auth"], tokens: Tokens): Promise<void> {
  await callPool(auth, "RevokeToken", { ClientId: auth.client_id, Token: tokens.refresh });
}

async function callPool(auth: Config["auth"], action: string, body: unknown): Promise<unknown> {
  const response = await fetch(auth.endpoint, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.ok) return text === "" ? {} : (JSON.parse(text) as unknown);
  if (/NotAuthorizedException|UserNotFoundException/.test(text)) throw new SignedOutError(text);
  throw new Error(`the user pool answered ${response.status}`);
}

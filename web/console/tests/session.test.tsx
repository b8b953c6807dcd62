import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { findApi } from "../src/session/configuration.js";
import { SignInScreen, type SignInModule } from "../src/session/sign-in-screen.js";
import { keepTokens } from "../src/session/token-keeper.js";
import { SignedOutError, type Tokens } from "../src/session/user-pool.js";

const auth = {
  kind: "cognito" as const,
  region: "r",
  user_pool_id: "p",
  client_id: "c",
  endpoint: "https://pool.example",
};
const tokens = (access: string, lives = 3_600_000): Tokens => ({
  access,
  expires: Date.now() + lives,
  refresh: "again",
});

describe("an access token", () => {
  const never = () => undefined;

  it("comes from memory while it is good", async () => {
    const renew = vi.fn();
    const keeper = keepTokens(auth, tokens("one"), never, never, renew);
    expect(await keeper.get()).toBe("one");
    expect(renew).not.toHaveBeenCalled();
  });

  it("is renewed before it ends, or once it was refused; at the same time only once", async () => {
    const renew = vi.fn(() => Promise.resolve(tokens("two")));
    const changed = vi.fn();
    const keeper = keepTokens(auth, tokens("one", 30_000), changed, never, renew);
    expect(await Promise.all([keeper.get(), keeper.get("one")])).toEqual(["two", "two"]);
    expect(renew).toHaveBeenCalledOnce();
    expect(changed).toHaveBeenCalledOnce();
    expect(await keeper.get("one")).toBe("two");
  });

  it("ends the sign-in only if the pool says so", async () => {
    const ended = vi.fn();
    const errors = [new Error("no network"), new SignedOutError("gone")];
    const keeper = keepTokens(auth, tokens("one", 0), never, ended, () =>
      Promise.reject(errors.shift() ?? new Error()),
    );
    await expect(keeper.get()).rejects.toThrow("no network");
    expect(ended).not.toHaveBeenCalled();
    await expect(keeper.get()).rejects.toThrow("gone");
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe("the API", () => {
  const page = (content: string) => {
    const made = document.implementation.createHTMLDocument();
    made.head.innerHTML = `<meta name="foyer-api" content="${content}">`;
    return made;
  };
  const at = (url: string) => new URL(url) as unknown as Location;

  it("is found beside the app, or where the page says", () => {
    expect(findApi(page(""), at("https://chat.example/console/"), false)).toBe("https://chat.example/v1");
    expect(findApi(page("https://api.example/v1/"), at("https://chat.example/"), false)).toBe("https://api.example/v1");
  });

  it("is taken from the address only while one develops", () => {
    const address = at("https://chat.example/?api=https://other.example/v1");
    expect(findApi(page(""), address, true)).toBe("https://other.example/v1");
    expect(findApi(page(""), address, false)).toBe("https://chat.example/v1");
  });
});

describe("signing in", () => {
  const open = (module: Partial<SignInModule>) => {
    const done = vi.fn();
    const nothing = () => Promise.reject(new Error("not asked for"));
    const whole: SignInModule = { signIn: nothing, sendResetCode: nothing, resetPassword: nothing, ...module };
    const load = () => Promise.resolve(whole);
    render(<SignInScreen auth={auth} done={done} load={load} />);
    return { done, user: userEvent.setup() };
  };
  const fill = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.type(screen.getByRole("textbox", { name: "E-mail" }), "mira@shop.example");
    await user.type(screen.getByLabelText("Password"), "secret{Enter}");
  };

  it("leads on with the tokens", async () => {
    const got = tokens("one");
    const signIn = vi.fn(() => Promise.resolve({ kind: "done" as const, tokens: got }));
    const { done, user } = open({ signIn });
    await fill(user);
    expect(signIn).toHaveBeenCalledWith(auth, "mira@shop.example", "secret");
    expect(done).toHaveBeenCalledWith(got);
  });

  it("says what went wrong, and keeps what was typed", async () => {
    const error = Object.assign(new Error(), { name: "SignInError", failure: "wrong" });
    const { user } = open({ signIn: () => Promise.reject(error) });
    await fill(user);
    expect(await screen.findByText("E-mail or password is not right.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: "E-mail" })).toHaveValue("mira@shop.example");
  });

  it("asks a new agent for a password, and then for a code", async () => {
    const got = tokens("one");
    const code = vi.fn(() => Promise.resolve({ kind: "done" as const, tokens: got }));
    const password = vi.fn(() => Promise.resolve({ kind: "code" as const, answer: code }));
    const { done, user } = open({ signIn: () => Promise.resolve({ kind: "new-password", answer: password }) });
    await fill(user);
    await user.type(await screen.findByLabelText("New password"), "Better-secret-1{Enter}");
    expect(password).toHaveBeenCalledWith("Better-secret-1");
    await user.type(await screen.findByRole("textbox", { name: "Code" }), "123456{Enter}");
    expect(code).toHaveBeenCalledWith("123456");
    expect(done).toHaveBeenCalledWith(got);
  });

  it("helps who forgot the password", async () => {
    const sendResetCode = vi.fn(() => Promise.resolve());
    const resetPassword = vi.fn(() => Promise.resolve());
    const signIn = vi.fn(() => Promise.resolve({ kind: "done" as const, tokens: tokens("one") }));
    const { done, user } = open({ sendResetCode, resetPassword, signIn });
    await user.click(screen.getByRole("button", { name: "Forgot your password?" }));
    await user.type(screen.getByRole("textbox", { name: "E-mail" }), "mira@shop.example{Enter}");
    await user.type(await screen.findByRole("textbox", { name: "Code" }), "654321");
    await user.type(screen.getByLabelText("New password"), "Better-secret-1{Enter}");
    expect(resetPassword).toHaveBeenCalledWith(auth, "mira@shop.example", "654321", "Better-secret-1");
    expect(done).toHaveBeenCalledOnce();
  });
});

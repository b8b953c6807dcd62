import { screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";

import { createClosingTabs } from "../src/room/closing-tabs.js";
import { openApp, region } from "./desk.js";

describe("a room's details", () => {
  it("tell who is in, who the visitor is, and what they saw", async () => {
    openApp("/rooms/ada/details");
    const details = region("Chat details");
    expect(await within(details).findByText("ada@example.com")).toBeVisible();
    expect(details).toHaveTextContent(/Italian.*customer_since2021/);
    expect(within(details).getByRole("link", { name: /Returns and replacements/ })).toHaveAttribute("target", "_blank");
    expect(within(details).getByRole("link", { name: "Do you ship to Italy?" })).toBeVisible();
  });

  it("invite a colleague, the readiest first, nobody twice", async () => {
    const { client, user } = openApp("/rooms/ada/details");
    await user.click(await screen.findByRole("button", { name: "Invite a colleague" }));
    const sheet = screen.getByRole("dialog", { name: "Invite a colleague" });
    const first = await within(sheet).findByRole("button", { name: /Chen Wei.*Online.*1 open chat/ });
    expect(within(sheet).getByRole("button", { name: /Ben Castillo.*Already in this chat/ })).toBeDisabled();
    await user.click(first);
    expect(client.calls).toContain("invite agent-chen ada");
    expect(await screen.findByText("Chen Wei was invited.")).toBeVisible();
  });

  it("hand over to a department or a colleague", async () => {
    const { client, user } = openApp("/rooms/ada/details");
    await user.click(await screen.findByRole("button", { name: "Hand over" }));
    await user.click(await screen.findByRole("button", { name: /Returns.*Nobody is online/ }));
    expect(client.calls).toContain("transfer returns ada");
  });

  it("close the chat, with a moment to undo", async () => {
    const { client, user } = openApp("/rooms/ada/details");
    await user.click(await screen.findByRole("button", { name: "Close chat" }));
    expect(screen.queryByRole("link", { name: /Ada Marchetti/ })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByRole("link", { name: /Ada Marchetti/ })).toBeVisible();
    expect(client.calls).not.toContain("close ada");
  });
});

describe("a tab that closes", () => {
  const client = () => ({ close: vi.fn(() => Promise.resolve({} as never)) });

  it("is closed after the moment, and shown again if the server refuses", async () => {
    vi.useFakeTimers();
    const refused = vi.fn();
    const closing = createClosingTabs({ close: () => Promise.reject(new Error("no")) });
    closing.close("r", refused);
    expect(closing.rooms.value.has("r")).toBe(true);
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    await waitFor(() => {
      expect(closing.rooms.value.has("r")).toBe(false);
    });
    expect(refused).toHaveBeenCalledOnce();
  });

  it("is closed at once as the page goes away, and then cannot be undone", () => {
    const asked = client();
    const closing = createClosingTabs(asked);
    const undo = closing.close("r", () => undefined);
    closing.flush();
    expect(asked.close).toHaveBeenCalledExactlyOnceWith("r");
    expect(undo()).toBe(false);
  });

  it("is closed once, however often one asks", () => {
    const asked = client();
    const closing = createClosingTabs(asked);
    closing.close("r", () => undefined);
    closing.close("r", () => undefined);
    closing.flush();
    expect(asked.close).toHaveBeenCalledOnce();
  });
});

import { screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";

import { DATA, INCOMING } from "../src/demo/data.js";
import { openApp } from "./desk.js";

const names = () =>
  within(screen.getByRole("list", { name: "Your chats" }))
    .getAllByRole("link")
    .map((row) => row.querySelector(".chat-name")?.textContent);

describe("the chats", () => {
  it("stand newest first, closed ones last, each with its state in words", () => {
    openApp();
    expect(names()).toEqual([
      "Ada Marchetti",
      "Jonas Weber",
      "Priya Raman",
      "Visitor",
      "Lucía Fernández",
      "Theodora Papadimitriou-Konstantinopoulou",
    ]);
    for (const [name, state] of [
      ["Ada", "Waiting"],
      ["Jonas", "Answered"],
      ["Priya", "In progress"],
      ["Lucía", "Closed"],
    ] as const) {
      expect(screen.getByRole("link", { name: new RegExp(`${name}.*${state}`) })).toBeVisible();
    }
    expect(screen.getByRole("link", { name: /Ada.*2 unread messages.*with Ben Castillo/ })).toBeVisible();
  });

  it("are filtered by tabs that count", async () => {
    const { user } = openApp();
    await user.click(screen.getByRole("tab", { name: /Waiting.*2/ }));
    expect(names()).toEqual(["Ada Marchetti", "Visitor"]);
    await user.keyboard("{ArrowRight}");
    expect(screen.getByRole("tab", { name: /Closed.*2/ })).toHaveAttribute("aria-selected", "true");
    expect(names()).toEqual(["Lucía Fernández", "Theodora Papadimitriou-Konstantinopoulou"]);
  });

  it("are searched while one types", async () => {
    const { user } = openApp();
    await user.type(screen.getByRole("searchbox", { name: "Search chats" }), "lucia");
    expect(names()).toEqual(["Lucía Fernández"]);
    await user.click(screen.getByRole("button", { name: "Clear search" }));
    expect(names()).toHaveLength(6);
  });

  it("keep still while touched, and tell how many wait", async () => {
    const { client, user } = openApp();
    await user.hover(screen.getByRole("link", { name: /Jonas/ }));
    client.changeRoom({ ...INCOMING, offer: null, participants: DATA.rooms[0]?.participants ?? [] });
    await screen.findByRole("button", { name: "1 more waiting" });
    expect(names()[0]).toBe("Ada Marchetti");
    await user.click(screen.getByRole("button", { name: "1 more waiting" }));
    expect(names()[0]).toBe("Zoë Lindqvist");
  });

  it("say why none ring, and put it right", async () => {
    const { client, user } = openApp("/", { rooms: [], me: { ...DATA.me, status: "offline" } });
    await user.click(screen.getByRole("button", { name: "Go online" }));
    expect(client.calls).toContain("setStatus online");
  });

  it("tell that the network is gone, and what waits for it", async () => {
    const { client } = openApp();
    client.change({ connection: "offline", waiting: 2 });
    expect(await screen.findByText(/Offline\..*2 things waiting to be sent/)).toBeVisible();
  });

  it("ask to sign in again once the sign-in has ended", async () => {
    const { client, user } = openApp();
    client.change({ unauthenticated: true });
    await user.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(client.calls).toContain("signInAgain");
  });

  it("count the waiting ones in the page's title", async () => {
    openApp();
    await waitFor(() => {
      expect(document.title).toBe("(2) Foyer");
    });
  });
});

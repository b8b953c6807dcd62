import { screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";

import { openApp, region } from "./desk.js";

const message = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message to Ada Marchetti" });

describe("a room", () => {
  it("shows messages with their marks, notes that say what they are, and what happened", async () => {
    openApp("/rooms/ada");
    const log = await screen.findByRole("log", { name: "Messages" });
    expect(
      within(log).getByRole("heading", { name: /Internal note.*Ben Castillo.*Visitors never see this/ }),
    ).toBeVisible();
    expect(log).toHaveTextContent("You invited Ben Castillo");
    expect(log).toHaveTextContent("You will get the tracking number by e-mail.");
    expect(within(log).getAllByText("Read").length).toBeGreaterThan(0);
    expect(within(log).getByText("Unread messages")).toBeVisible();
    expect(screen.getByText("Because my sister would love")).toBeVisible();
  });

  it("links what is safe to follow, without telling the other side where one came from", async () => {
    openApp("/rooms/ada");
    const link = await screen.findByRole("link", { name: /shop\.example\/help\/returns.*opens in a new tab/ });
    expect(link).toHaveAttribute("href", "https://shop.example/help/returns");
    expect(link).toHaveAttribute("rel", expect.stringContaining("noopener"));
  });

  it("is read as it is shown", async () => {
    const { client } = openApp("/rooms/ada");
    await waitFor(() => {
      expect(client.calls).toContain("read ada");
    });
  });

  it("sends what is written, by Enter", async () => {
    const { client, user } = openApp("/rooms/ada");
    await user.type(message(), "Until Friday.{Shift>}{Enter}{/Shift}Promised.{Enter}");
    expect(client.calls).toContain("message ada Until Friday.\nPromised.");
    expect(client.calls).toContain("typing ada true");
    expect(message()).toHaveValue("");
  });

  it("keeps what was begun, each room its own", async () => {
    const { user } = openApp("/rooms/ada");
    await user.type(message(), "half a sen");
    await user.click(screen.getByRole("link", { name: /Jonas/ }));
    expect(await screen.findByRole("textbox", { name: "Message to Jonas Weber" })).toHaveValue("");
    await user.click(screen.getByRole("link", { name: /Ada/ }));
    expect(await screen.findByRole("textbox", { name: "Message to Ada Marchetti" })).toHaveValue("half a sen");
  });

  it("writes notes only as notes, and tells nobody that one types them", async () => {
    const { client, user } = openApp("/rooms/ada");
    await user.click(screen.getByRole("radio", { name: "Note" }));
    await user.type(screen.getByRole("textbox", { name: "Internal note for your colleagues" }), "careful{Enter}");
    expect(client.calls).toContain("note ada careful");
    expect(client.calls.filter((call) => call.startsWith("message") || call === "typing ada true")).toEqual([]);
  });

  it("keeps a message that cannot be sent yet, marked as waiting", async () => {
    const { client, user } = openApp("/rooms/ada");
    client.change({ connection: "offline" });
    await user.type(message(), "later{Enter}");
    const log = screen.getByRole("log", { name: "Messages" });
    expect(await within(log).findByText("Waiting for a connection")).toBeInTheDocument();
  });

  it("offers to send again, or to discard, what was refused", async () => {
    const { client, user } = openApp("/rooms/ada");
    const pending = {
      client_id: "m1",
      kind: "message",
      text: "no",
      state: "failed",
      attempts: 0,
      problem: null,
    } as const;
    client.changeLog("ada", { pending: [pending] });
    await user.click(await screen.findByRole("button", { name: "Send again" }));
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(client.calls).toEqual(expect.arrayContaining(["retry m1", "discard m1"]));
  });

  it("does not send what is too long, and says by how much", async () => {
    const { client, user } = openApp("/rooms/ada");
    await user.click(message());
    await user.paste("x".repeat(4_002));
    await user.keyboard("{Enter}");
    expect(await screen.findByText("2 characters too many")).toBeVisible();
    expect(client.calls.filter((call) => call.startsWith("message"))).toEqual([]);
  });

  it("folds a very long text", async () => {
    const { client, user } = openApp("/rooms/ada");
    await user.click(message());
    await user.paste(`${"word ".repeat(400)}end`);
    await user.keyboard("{Enter}");
    expect(client.calls.some((call) => call.startsWith("message"))).toBe(true);
    const more = await screen.findByRole("button", { name: "Show more" });
    const log = within(screen.getByRole("log", { name: "Messages" }));
    expect(log.queryByText(/end$/)).toBeNull();
    await user.click(more);
    expect(log.getByText(/end$/)).toBeVisible();
  });

  it("that is closed takes no words", async () => {
    openApp("/rooms/closed-1");
    expect(await screen.findByText("This chat is closed.")).toBeVisible();
    expect(screen.queryByRole("textbox", { name: /Message to/ })).toBeNull();
  });

  it("that is none of one's own says so", async () => {
    openApp("/rooms/nowhere");
    expect(await screen.findByText("This chat is not in your inbox.")).toBeVisible();
  });
});

describe("canned responses in a room", () => {
  it("open by a slash, are found by typing, and are inserted with their variables filled in", async () => {
    const { user } = openApp("/rooms/ada");
    await user.type(message(), "/");
    const search = await screen.findByRole("searchbox", { name: "Search responses" });
    expect(search).toHaveFocus();
    await user.type(search, "greet{Enter}");
    expect(message()).toHaveValue("Hello Ada Marchetti, this is Mira Okafor. How can I help you?");
    expect(message()).toHaveFocus();
  });

  it("are sent at once, several one after the other", async () => {
    const { client, user } = openApp("/rooms/ada");
    await user.click(screen.getByRole("button", { name: "Canned responses" }));
    await user.click(screen.getByRole("button", { name: "Send Greeting now" }));
    await user.click(screen.getByRole("button", { name: "Send The lid that does not close now" }));
    expect(client.calls.filter((call) => call.startsWith("message"))).toHaveLength(2);
    expect(region("Canned responses")).toBeVisible();
  });

  it("are reached by the arrow keys, and left by Escape", async () => {
    const { user } = openApp("/rooms/ada");
    await user.type(message(), "/");
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(screen.getByRole("button", { name: "Insert Greeting" })).toHaveFocus();
    await user.keyboard("{Escape}");
    expect(message()).toHaveFocus();
  });

  it("are not sent to the visitor from a note", async () => {
    const { user } = openApp("/rooms/ada");
    await user.click(screen.getByRole("radio", { name: "Note" }));
    await user.click(screen.getByRole("button", { name: "Canned responses" }));
    expect(screen.queryByRole("button", { name: /Send .* now/ })).toBeNull();
  });
});

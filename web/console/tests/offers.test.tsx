import { RefusedError, type Socket } from "@foyer/client";
import { screen, waitFor } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";

import { DATA, INCOMING, INVITED } from "../src/demo/data.js";
import { createDepartures, type Departure } from "../src/offers/departures.js";
import { openApp, region } from "./desk.js";

const rooms = [INCOMING, ...DATA.rooms];

/** Longer than the sheet takes a press for a slip. */
const risen = () => new Promise((resolve) => setTimeout(resolve, 400));

describe("an incoming chat", () => {
  it("shows who, and the first words, and takes the focus from nothing", () => {
    openApp("/", { rooms });
    expect(region("Incoming chat")).toHaveTextContent(/Zoë Lindqvist.*My parcel says delivered/);
    expect(region("Incoming chat")).not.toContainElement(document.activeElement as HTMLElement);
    expect(screen.getAllByRole("alert")[0]).toHaveTextContent("Incoming chat from Zoë Lindqvist");
  });

  it("opens here once it is accepted", async () => {
    const { client, user } = openApp("/", { rooms });
    await risen();
    await user.click(screen.getByRole("button", { name: "Accept" }));
    await waitFor(() => {
      expect(location.hash).toBe("#/rooms/offered");
    });
    expect(client.calls).toContain("accept offered");
    expect(screen.queryByRole("region", { name: "Incoming chat" })).toBeNull();
  });

  it("is held without opening", async () => {
    const { client, user } = openApp("/", { rooms });
    await risen();
    await user.click(screen.getByRole("button", { name: "Hold" }));
    expect(client.calls).toContain("hold offered");
    expect(await screen.findByText("The chat with Zoë Lindqvist is yours, on hold.")).toBeVisible();
    expect(location.hash).not.toContain("rooms");
  });

  it("is declined, and the next one rises", async () => {
    const { client, user } = openApp("/", { rooms: [...rooms, INVITED] });
    expect(region("Incoming chat")).toHaveTextContent(/Ben Castillo invites you to a chat.*1 more waiting/);
    await risen();
    await user.click(screen.getByRole("button", { name: "Decline" }));
    expect(client.calls).toContain("decline invited");
    await waitFor(() => {
      expect(region("Incoming chat")).toHaveTextContent("Zoë Lindqvist");
    });
  });

  it("takes no press that was meant for what stood there before", async () => {
    const { client, user } = openApp("/", { rooms });
    await user.click(screen.getByRole("button", { name: "Accept" }));
    expect(client.calls).not.toContain("accept offered");
  });

  it("can wait in the list", async () => {
    const { user } = openApp("/", { rooms });
    await user.click(screen.getByRole("button", { name: "Decide later" }));
    expect(screen.queryByRole("region", { name: "Incoming chat" })).toBeNull();
    expect(screen.getByRole("link", { name: /Zoë.*New chat/ })).toBeVisible();
  });

  it("leaves with a word about who took it", async () => {
    const { client, desk } = openApp("/", { rooms });
    client.change({ rooms: DATA.rooms });
    desk.departures.tell({
      room_id: "offered",
      reason: "taken",
      by: { kind: "agent", id: "agent-ben", name: "Ben Castillo" },
    });
    expect(await screen.findByText("Ben Castillo took the chat with Zoë Lindqvist.")).toBeVisible();
  });

  it("says who was faster", async () => {
    const { client, user } = openApp("/", { rooms });
    await risen();
    client.refuseNext(
      new RefusedError(409, { code: "already_taken", taken_by: { id: "agent-ben", name: "Ben Castillo" } }),
    );
    await user.click(screen.getByRole("button", { name: "Accept" }));
    expect(await screen.findByText("Ben Castillo took the chat with Zoë Lindqvist.")).toBeVisible();
    expect(location.hash).not.toContain("rooms");
  });

  it("asks in its own room instead, where that is open", async () => {
    const { client, user } = openApp("/rooms/offered", { rooms });
    expect(screen.queryByRole("region", { name: "Incoming chat" })).toBeNull();
    await user.click(await screen.findByRole("button", { name: "Accept" }));
    expect(client.calls).toContain("accept offered");
    expect(await screen.findByRole("textbox", { name: "Message to Zoë Lindqvist" })).toBeVisible();
  });
});

describe("a socket that is overheard", () => {
  it("tells the client first, then who took the room; everything else passes untouched", () => {
    const close = vi.fn();
    const inner: Socket & { sent: string[] } = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      sent: [],
      send(text) {
        this.sent.push(text);
      },
      close,
    };
    const departures = createDepartures();
    const order: string[] = [];
    departures.listen((departure: Departure) => order.push(`left ${departure.room_id} ${departure.by.name ?? ""}`));
    const socket = departures.hearing(() => inner)("wss://x.example");
    socket.onmessage = () => order.push("client");
    socket.send("ping");
    const by = { kind: "agent", id: "a", name: "Ben" };
    inner.onmessage?.({ data: JSON.stringify({ type: "room.removed", room_id: "r", seq: 3, reason: "taken", by }) });
    inner.onmessage?.({ data: "no JSON" });
    inner.onmessage?.({ data: JSON.stringify({ type: "pong" }) });
    socket.close();
    expect(order).toEqual(["client", "left r Ben", "client", "client"]);
    expect(inner.sent).toEqual(["ping"]);
    expect(close).toHaveBeenCalledOnce();
  });
});

import { RefusedError } from "@foyer/client";
import { screen, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";

import { DATA } from "../src/demo/data.js";
import { openApp } from "./desk.js";

describe("the canned responses", () => {
  it("are written anew", async () => {
    const { client, user } = openApp("/canned");
    await user.click(screen.getByRole("button", { name: "New response" }));
    const sheet = within(screen.getByRole("dialog", { name: "New response" }));
    await user.type(sheet.getByRole("textbox", { name: "Title" }), "Opening hours");
    await user.type(sheet.getByRole("textbox", { name: "Shortcut" }), "/hours");
    await user.type(sheet.getByRole("textbox", { name: "Text" }), "We are here from 9 to 5.");
    await user.click(sheet.getByRole("button", { name: "Save" }));
    expect(client.calls).toContain("createCannedResponse hours");
    expect(await screen.findByRole("heading", { name: "Opening hours" })).toBeVisible();
  });

  it("say that a shortcut is taken, and keep what was written", async () => {
    const { client, user } = openApp("/canned");
    await user.click(screen.getByRole("button", { name: "Edit Greeting" }));
    client.refuseNext(new RefusedError(409, { code: "shortcut_taken" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("This shortcut is taken.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: "Title" })).toHaveValue("Greeting");
  });

  it("are deleted only by the second press", async () => {
    const { client, user } = openApp("/canned");
    await user.click(screen.getByRole("button", { name: "Edit Goodbye" }));
    await user.click(screen.getByRole("button", { name: "Delete" }));
    expect(client.calls).not.toContain("deleteCannedResponse canned-bye");
    await user.click(screen.getByRole("button", { name: "Really delete?" }));
    expect(client.calls).toContain("deleteCannedResponse canned-bye");
  });

  it("that are shared are changed by admins alone", async () => {
    const { user } = openApp("/canned", { me: { ...DATA.me, admin: false } });
    expect(screen.queryByRole("button", { name: "Edit Greeting" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Edit The lid that does not close" }));
    expect(screen.queryByRole("combobox", { name: "For" })).toBeNull();
  });
});

describe("the settings", () => {
  it("change the language and the look at once, and are kept", async () => {
    const { user } = openApp("/settings");
    await user.selectOptions(screen.getByRole("combobox", { name: "Language" }), "Deutsch");
    expect(await screen.findByRole("heading", { name: "Einstellungen" })).toBeVisible();
    await user.selectOptions(screen.getByRole("combobox", { name: "Farben" }), "Dunkel");
    expect(document.documentElement.lang).toBe("de");
    expect(document.documentElement).toHaveAttribute("data-theme", "dark");
    expect(JSON.parse(localStorage.getItem("foyer.settings") ?? "{}")).toMatchObject({ language: "de", theme: "dark" });
  });

  it("switch sound and vibration", async () => {
    const { desk, user } = openApp("/settings");
    await user.click(screen.getByRole("switch", { name: "Sound" }));
    expect(desk.settings.value).toMatchObject({ sound: true, vibration: false });
  });

  it("set the status", async () => {
    const { client, user } = openApp("/settings");
    await user.selectOptions(screen.getByRole("combobox", { name: "Your status" }), "Away");
    expect(client.calls).toContain("setStatus away");
  });

  it("turn notifications on and off", async () => {
    const { user } = openApp("/settings");
    await user.click(screen.getByRole("button", { name: "Turn on" }));
    expect(await screen.findByText(/^On\./)).toBeVisible();
    await user.click(await screen.findByRole("button", { name: "Turn off" }));
    expect(await screen.findByText(/^Off\./)).toBeVisible();
  });

  it("sign out, but not past what was not sent", async () => {
    const { client, user } = openApp("/settings");
    client.change({ waiting: 1 });
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    expect(client.calls).not.toContain("signOut");
    expect(screen.getByText("1 thing not sent yet would be lost.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Sign out anyway" }));
    expect(client.calls).toContain("signOut");
  });
});

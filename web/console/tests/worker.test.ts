import { describe, expect, it } from "vitest";

import { noteFor } from "../service-worker/notes.js";
import { WORDS } from "../service-worker/words.js";

const payload = { kind: "offer" as const, room_id: "room", seq: 3, badge: 2, token: "once" };

describe("a notification", () => {
  it("is one for each room, and can be decided on where it rings", () => {
    const { title, options } = noteFor(payload, WORDS.en);
    expect(title).toBe("New chat");
    expect(options.tag).toBe("room");
    expect(options.actions?.map((one) => one.action)).toEqual(["accept", "hold", "decline"]);
  });

  it("offers no decision without a token, nor for a message", () => {
    const { token, ...without } = payload;
    expect(token).toBe("once");
    expect(noteFor(without, WORDS.en).options.actions).toBeUndefined();
    expect(noteFor({ ...payload, kind: "message" }, WORDS.de).options.actions).toBeUndefined();
  });

  it("tells the visitor's name and words only where the payload does", () => {
    const { title, options } = noteFor({ ...payload, sender: "Zoë", text: "Hello?" }, WORDS.de);
    expect([title, options.body]).toEqual(["Zoë – Neuer Chat", "Hello?"]);
    expect(noteFor(payload, WORDS.en).options.body).toBe("Open Foyer to read it.");
  });
});

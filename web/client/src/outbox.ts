/** Commands that are not answered yet, kept in the storage, where the end of the process does not reach them. */

import { type Command, OPEN } from "./commands.js";
import type { Problem } from "./contract.js";
import type { Neighbours, Storage } from "./ports.js";
import type { PendingMessage } from "./state.js";

/** A command in the outbox. */
interface Entry extends Command {
  /** `sent` and `failed` are for what is shown: messages, notes, and a room being opened. */
  state: PendingMessage["state"];
  problem: Partial<Problem> | null;
}

/** As it stands in the storage, under a key that sorts by when it was given. */
interface Stored {
  entry: Entry;
  key: string | undefined;
  attempts: number;
  /** It is on its way; nobody may change it. */
  busy: boolean;
  /** What is shown of it; a new object with every change. */
  shown: PendingMessage | undefined;
}

const PREFIX = "outbox/";
const SHOWN = new Set(["message.send", "note.add", OPEN]);

/**
 * Holds commands in the order in which they were given, until each is answered. In memory for this tab to show, and in
 * the storage for the next start and for the other tabs, which may deliver them as well.
 */
export class Outbox {
  /** Called after every change. */
  changed: () => void = () => undefined;

  #kept: Stored[] = [];
  #highest = 0;
  readonly #storage: Storage;
  readonly #neighbours: Neighbours;
  /** Each write waits for the one before it, and all for the reading at the start. */
  #writing: Promise<unknown>;
  readonly #ready: Promise<void>;

  constructor(storage: Storage, neighbours: Neighbours) {
    this.#storage = storage;
    this.#neighbours = neighbours;
    this.#writing = this.#ready = this.#load().catch(() => undefined);
  }

  /** Fulfils when what the storage held is here. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** How many commands wait for their answer. */
  get waiting(): number {
    return this.#kept.filter(({ entry }) => entry.state === "sending" && entry.action !== "room.read").length;
  }

  /** The rooms that have commands to send; the empty one stands for a room being opened. */
  rooms(): string[] {
    return [...new Set(this.#kept.filter(isSending).map(({ entry }) => entry.room_id))];
  }

  /** Keeps a command; from now on it will be done, or refused, once. */
  add(command: Command): void {
    const kept: Stored = {
      entry: { ...command, state: "sending", problem: null },
      key: undefined,
      attempts: 0,
      busy: false,
      shown: undefined,
    };
    this.#kept.push(kept);
    void this.#write(kept);
    this.changed();
  }

  /** A mark that was read takes the place of one of the same room that is not on its way yet. */
  addRead(command: Command): void {
    const older = this.#kept.find(
      ({ entry, busy }) => !busy && entry.action === command.action && entry.room_id === command.room_id,
    );
    if (older) void this.#drop(older);
    this.add(command);
  }

  /** The oldest command of a room, the only one of that room that may be on its way. */
  first(roomId: string): Command | undefined {
    return this.#kept.find((kept) => isSending(kept) && kept.entry.room_id === roomId)?.entry;
  }

  /**
   * Takes a command for one attempt. False if it need not be sent any more: another tab, or an event in the log, said
   * what became of it.
   */
  async take(clientId: string): Promise<boolean> {
    await this.#writing;
    const kept = this.#find(clientId);
    if (!kept || !isSending(kept)) return false;
    // Where the storage cannot say, this tab's own memory counts: sent twice, it is stored once.
    const stored = kept.key === undefined ? kept.entry : await this.#storage.get(kept.key).catch(() => kept.entry);
    if (!this.#kept.includes(kept) || !isSending(kept)) return false;
    if (stored === undefined || (stored as Entry).state !== "sending") {
      this.#heard(kept, stored as Entry | undefined);
      this.changed();
      return false;
    }
    kept.busy = true;
    return true;
  }

  /** The attempt ended without an answer. */
  again(clientId: string): void {
    const kept = this.#find(clientId);
    if (!kept) return;
    kept.busy = false;
    kept.attempts += 1;
    kept.shown = undefined;
    this.changed();
  }

  /** It was done. What is shown of it stays until its event is in the log. */
  async done(clientId: string): Promise<void> {
    const kept = this.#find(clientId);
    if (!kept) return;
    if (SHOWN.has(kept.entry.action) && textOf(kept.entry) !== undefined) await this.#become(kept, { state: "sent" });
    else await this.#drop(kept);
  }

  /** It was refused for good. What is shown of it stays for the person to decide. */
  async refused(clientId: string, problem: Partial<Problem>): Promise<void> {
    const kept = this.#find(clientId);
    if (!kept) return;
    if (SHOWN.has(kept.entry.action)) await this.#become(kept, { state: "failed", problem });
    else await this.#drop(kept);
  }

  /** Forgets what is in the log now. */
  settle(holds: (command: Command) => boolean): void {
    const over = this.#kept.filter(({ entry, busy }) => !busy && SHOWN.has(entry.action) && holds(entry));
    for (const kept of over) void this.#drop(kept);
  }

  /** A failed command is to be sent after all, unchanged; what waits for the same room to open goes with it. */
  retry(clientId: string): boolean {
    const kept = this.#find(clientId);
    if (kept?.entry.state !== "failed") return false;
    for (const one of this.#together(kept)) {
      if (one.entry.state === "failed") void this.#become(one, { state: "sending", problem: null });
    }
    return true;
  }

  /** Takes back what failed or was never tried, with what waits for the same room to open. False if it was too late. */
  discard(clientId: string): Command[] {
    const kept = this.#find(clientId);
    if (!kept || kept.busy || (kept.entry.state === "sending" && kept.attempts > 0)) return [];
    if (kept.entry.state === "sent") return [];
    const together = kept.entry.action === OPEN ? this.#together(kept) : [kept];
    for (const one of together) void this.#drop(one);
    return together.map(({ entry }) => entry);
  }

  /** The room that was being opened has this id: what waited for it goes there. */
  async assign(roomId: string): Promise<void> {
    const waiting = this.#kept.filter(({ entry }) => entry.room_id === "");
    await Promise.all(waiting.map((kept) => this.#become(kept, { room_id: roomId })));
  }

  /** Instead of opening a room, its first words go to the one that is open; without words nothing does. */
  async redirect(clientId: string, roomId: string): Promise<void> {
    const kept = this.#find(clientId);
    if (!kept) return;
    const text = textOf(kept.entry);
    if (text === undefined) await this.#drop(kept);
    else {
      const body = JSON.stringify({ client_id: clientId, text });
      await this.#become(kept, { action: "message.send", room_id: roomId, body });
    }
    await this.assign(roomId);
  }

  /** The room could not be opened: nothing that waits for it can be sent. */
  async refusedAll(problem: Partial<Problem>): Promise<Command[]> {
    const waiting = this.#kept.filter(({ entry }) => entry.room_id === "");
    const commands = waiting.map(({ entry }) => entry);
    await Promise.all(commands.map((one) => this.refused(one.client_id, problem)));
    return commands;
  }

  /** What is shown below a room's log, in the order given; the same objects until they change. */
  shown(roomId: string, hides: (command: Command) => boolean): PendingMessage[] {
    return this.#kept
      .filter(({ entry }) => entry.room_id === roomId && SHOWN.has(entry.action) && !hides(entry))
      .flatMap((kept) => (kept.shown ??= show(kept)) ?? []);
  }

  /** Whether a room is being opened. */
  get opening(): boolean {
    return this.#kept.some(({ entry }) => entry.action === OPEN && entry.state === "sending");
  }

  /** Reads what other tabs have made of the storage. */
  async refresh(): Promise<void> {
    await this.#writing;
    const found = new Map(await this.#storage.list(PREFIX).catch(() => []));
    for (const kept of [...this.#kept]) {
      if (kept.key === undefined || kept.busy) continue;
      this.#heard(kept, found.get(kept.key) as Entry | undefined);
    }
    this.changed();
  }

  /** Forgets everything, but what waits for a room to open if that is wanted. */
  async clear({ butOpening = false } = {}): Promise<void> {
    const over = this.#kept.filter(({ entry }) => !butOpening || entry.room_id !== "");
    await Promise.all(over.map((kept) => this.#drop(kept)));
  }

  /** Forgets what was stored before a log came in that must hold it. */
  sentBefore(): () => void {
    const sent = this.#kept.filter(({ entry }) => entry.state === "sent");
    return () => {
      for (const kept of sent) void this.#drop(kept);
    };
  }

  /** Fulfils when everything so far is kept. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #load(): Promise<void> {
    const loaded = (await this.#storage.list(PREFIX)).map(([key, value]) => {
      this.#highest = Math.max(this.#highest, Number.parseInt(key.slice(PREFIX.length), 10));
      return { entry: value as Entry, key, attempts: 0, busy: false, shown: undefined };
    });
    // What was given before the storage could be read was given later than what it holds.
    this.#kept = [...loaded, ...this.#kept];
    this.changed();
  }

  /** What another tab has made of a command. */
  #heard(kept: Stored, stored: Entry | undefined): void {
    if (stored) {
      kept.entry = stored;
      kept.shown = undefined;
    } else if (kept.entry.state === "sending" && SHOWN.has(kept.entry.action)) {
      // Delivered, and in that tab's log already; it will be in this one's.
      kept.entry = { ...kept.entry, state: "sent" };
      kept.shown = undefined;
    } else if (kept.entry.state !== "sent") {
      this.#kept = this.#kept.filter((one) => one !== kept);
    }
  }

  #find(clientId: string): Stored | undefined {
    return this.#kept.find(({ entry }) => entry.client_id === clientId);
  }

  #together(kept: Stored): Stored[] {
    return kept.entry.room_id === "" ? this.#kept.filter(({ entry }) => entry.room_id === "") : [kept];
  }

  async #become(kept: Stored, change: Partial<Entry>): Promise<void> {
    kept.entry = { ...kept.entry, ...change };
    kept.busy = false;
    kept.attempts = 0;
    kept.shown = undefined;
    this.changed();
    await this.#write(kept);
  }

  async #drop(kept: Stored): Promise<void> {
    this.#kept = this.#kept.filter((one) => one !== kept);
    this.changed();
    await this.#chain(async () => {
      if (kept.key !== undefined) await this.#storage.delete(kept.key);
    });
  }

  #write(kept: Stored): Promise<void> {
    return this.#chain(async () => {
      if (!this.#kept.includes(kept)) return;
      const key = kept.key ?? `${PREFIX}${String(++this.#highest).padStart(12, "0")}/${kept.entry.client_id}`;
      await this.#storage.put(key, kept.entry);
      kept.key = key;
    });
  }

  #chain(work: () => Promise<void>): Promise<void> {
    const done = this.#writing
      .then(work)
      // A full or broken storage costs durability alone: the command is in memory, and goes its way.
      .catch(() => undefined)
      .then(() => {
        this.#neighbours.tell();
      });
    this.#writing = done;
    return done;
  }
}

function isSending({ entry }: Stored): boolean {
  return entry.state === "sending";
}

/** The words of a command; undefined for one that has none. */
export function textOf(command: Command): string | undefined {
  return (JSON.parse(command.body) as { text?: string }).text;
}

function show({ entry, attempts }: Stored): PendingMessage | undefined {
  const text = textOf(entry);
  if (text === undefined && entry.state !== "failed") return undefined;
  const { client_id, state, problem } = entry;
  return {
    client_id,
    kind: entry.action === "note.add" ? "note" : "message",
    text: text ?? "",
    state,
    attempts,
    problem,
  };
}

/** Staying connected: a new ticket for each socket, then catching up, then following, and all over again. */

import type { Frame, Ticket } from "./contract.js";
import { Line, type LineParts, openLine } from "./line.js";
import { UnreachableError } from "./problems.js";
import type { Connection as ConnectionState } from "./state.js";
import { waitBefore } from "./timings.js";
import type { Waits } from "./waits.js";

/** What a connection needs of the client that it serves. */
export interface ConnectionTasks {
  ticket(): Promise<Ticket>;
  /** Called with each new line before anything is fetched. */
  opened(line: Line): void;
  /** Fetches what was missed. */
  catchUp(): Promise<void>;
  /** Called with each frame in order; those that arrive while the client catches up wait for that. */
  heard(frame: Frame): void;
  changed(state: ConnectionState): void;
}

/** How long a socket must have lived for the next one to be opened at once. */
const STEADY = 10_000;

export class Connection {
  /** The socket that is up now. */
  line: Line | undefined;

  readonly #parts: LineParts;
  readonly #waits: Waits;
  readonly #tasks: ConnectionTasks;
  /** Names the loop that runs: one that was stopped, and has not noticed yet, must not go on with the next. */
  #run: object | undefined;
  #held: Frame[] | undefined;
  #catching: Promise<void> | undefined;

  constructor(parts: LineParts, waits: Waits, tasks: ConnectionTasks) {
    this.#parts = parts;
    this.#waits = waits;
    this.#tasks = tasks;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  start(): void {
    if (this.#run) return;
    this.#run = {};
    void this.#stay(this.#run);
  }

  stop(): void {
    this.#run = undefined;
    this.line?.close();
    this.#waits.end();
    this.#tasks.changed("offline");
  }

  /** Fetches what was missed, once for all who ask meanwhile; frames wait until that is done. */
  catchUp(): Promise<void> {
    return (this.#catching ??= this.#catchUp().finally(() => {
      this.#catching = undefined;
    }));
  }

  async #catchUp(): Promise<void> {
    this.#held ??= [];
    try {
      await this.#tasks.catchUp();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const frame of held) this.#tasks.heard(frame);
    }
  }

  readonly #hear = (frame: Frame): void => {
    // A colleague's typing is stale when the log has come in; everything else may be told by nothing but its frame.
    if (this.#held) this.#held.push(frame);
    else this.#tasks.heard(frame);
  };

  async #stay(run: object): Promise<void> {
    let attempt = 0;
    while (this.#runs(run)) {
      let wished = 0;
      this.#tasks.changed("connecting");
      try {
        const { url, ticket } = await this.#tasks.ticket();
        if (!this.#runs(run)) break;
        const line = await openLine(`${url}?ticket=${encodeURIComponent(ticket)}`, this.#parts, this.#hear);
        const steady = this.#parts.clock.after(STEADY, () => {
          attempt = 0;
        });
        try {
          await this.#follow(line, run);
        } finally {
          steady();
          line.close();
          if (this.line === line) this.line = undefined;
        }
      } catch (error) {
        if (error instanceof UnreachableError) wished = error.wait;
      }
      if (!this.#runs(run)) break;
      this.#tasks.changed("offline");
      if (wished) await this.#waits.wait(wished, { firm: true });
      await this.#waits.wait(waitBefore(attempt++, this.#parts.timings, this.#parts.random));
    }
  }

  async #follow(line: Line, run: object): Promise<void> {
    if (!this.#runs(run)) return;
    this.line = line;
    this.#tasks.opened(line);
    // One that began before this socket was open may lack what came in between.
    await this.#catching?.catch(() => undefined);
    await Promise.race([this.catchUp(), line.ended]);
    if (!this.#runs(run) || line.lost) return;
    this.#tasks.changed("online");
    await line.ended;
  }

  #runs(run: object): boolean {
    return this.#run === run;
  }
}

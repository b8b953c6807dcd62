/** Sending what the outbox holds: of each room one command at a time, in the order given, until it is answered. */

import { type Answer, type Command, goesBySocket, meaningOf, pathOf, wishedWait } from "./commands.js";
import type { Line } from "./line.js";
import type { Outbox } from "./outbox.js";
import type { Locks, Random } from "./ports.js";
import { UnreachableError } from "./problems.js";
import { type Timings, waitBefore } from "./timings.js";
import type { Waits } from "./waits.js";

export interface SenderParts {
  outbox: Outbox;
  locks: Locks;
  random: Random;
  timings: Timings;
  waits: Waits;
  /** Where the caller's rooms are. */
  rooms: string;
  /** Fulfils when commands may be sent: it is known in whose name. */
  prepared: () => Promise<void>;
  line: () => Line | undefined;
  post: (path: string, content: string) => Promise<Answer>;
  /** A command was answered for good: says what it means, and sees to it that the outbox knows. */
  answered: (command: Command, answer: Answer) => Promise<void>;
}

export class Sender {
  readonly #parts: SenderParts;
  readonly #sending = new Set<string>();
  /** Names the run; see `Connection`. */
  #run: object | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#run ??= {};
    for (const roomId of this.#parts.outbox.rooms()) this.soon(roomId);
  }

  stop(): void {
    this.#run = undefined;
    this.#sending.clear();
  }

  /** There is something to send for this room. */
  soon(roomId: string): void {
    const run = this.#run;
    if (!run || this.#sending.has(roomId)) return;
    this.#sending.add(roomId);
    void this.#sendAll(roomId, run).finally(() => {
      if (this.#run !== run) return;
      this.#sending.delete(roomId);
      // Given between the last look and now.
      if (this.#parts.outbox.first(roomId)) this.soon(roomId);
    });
  }

  async #sendAll(roomId: string, run: object): Promise<void> {
    const { outbox, random, timings, waits } = this.#parts;
    let attempt = 0;
    for (let command = outbox.first(roomId); command && this.#run === run; command = outbox.first(roomId)) {
      const wished = await this.#attempt(command);
      if (wished === undefined) attempt = 0;
      else if (this.#runs(run)) {
        if (wished) await waits.wait(wished, { firm: true });
        await waits.wait(waitBefore(attempt++, timings, random));
      }
    }
  }

  /** One attempt. Answers undefined when the command needs no other, else how long it should be waited for. */
  async #attempt(command: Command): Promise<number | undefined> {
    const { outbox, locks, prepared } = this.#parts;
    try {
      await prepared();
    } catch (error) {
      outbox.again(command.client_id);
      return error instanceof UnreachableError ? error.wait : 0;
    }
    // Held for the attempt alone, never while waiting: a tab in the background may sleep for as long as it likes.
    return locks(`room ${command.room_id}`, async () => {
      if (!(await outbox.take(command.client_id))) return undefined;
      const answer = await this.#send(command);
      if (answer && meaningOf(answer) !== "again") {
        await this.#parts.answered(command, answer);
        return undefined;
      }
      outbox.again(command.client_id);
      return answer ? wishedWait(answer) : 0;
    });
  }

  /** By the socket where it is up, else by HTTPS; undefined if neither answered. */
  async #send(command: Command): Promise<Answer | undefined> {
    const { line, post, rooms } = this.#parts;
    const up = line();
    if (up && !up.doubtful && goesBySocket(command)) {
      const answer = await up.ask(command).catch(() => undefined);
      if (answer) return answer;
    }
    return post(pathOf(command, rooms), command.body).catch(() => undefined);
  }

  #runs(run: object): boolean {
    return this.#run === run;
  }
}

/** One WebSocket: answers find who asked, and a dead one is found out. */

import { type Answer, type Command, frameOf } from "./commands.js";
import type { Frame } from "./contract.js";
import type { Clock, Random, Socket, SocketFactory } from "./ports.js";
import { UnreachableError } from "./problems.js";
import type { ServerTime } from "./server-time.js";
import type { Timings } from "./timings.js";

export interface LineParts {
  sockets: SocketFactory;
  clock: Clock;
  random: Random;
  time: ServerTime;
  timings: Timings;
}

/** An open socket. Whatever is heard on it proves that it lives. */
export class Line {
  /** An answer is overdue and nothing was heard since: commands had better take the other door. */
  doubtful = false;
  /** Fulfils when the socket is gone. */
  readonly ended: Promise<void>;

  readonly #socket: Socket;
  readonly #parts: LineParts;
  readonly #asked = new Map<string, { answer: (answer: Answer) => void; lose: (error: Error) => void }>();
  #end: () => void = () => undefined;
  #stopWatch: () => void = () => undefined;
  #pinged: number | undefined;
  #lost = false;

  get lost(): boolean {
    return this.#lost;
  }

  constructor(socket: Socket, parts: LineParts, heard: (frame: Frame) => void) {
    this.#socket = socket;
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    socket.onmessage = ({ data }) => {
      this.doubtful = false;
      this.#watch();
      const frame = parsed(data);
      if (frame) this.#take(frame, heard);
    };
    socket.onclose = socket.onerror = () => {
      this.close();
    };
    this.#watch();
  }

  /** Sends a command and waits for its answer; rejects where the socket ended, or the answer did not come in time. */
  async ask(command: Command): Promise<Answer> {
    const requestId = this.#parts.random.uuid();
    let keepTime = (): void => undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        this.#asked.set(requestId, { answer: resolve, lose: reject });
        keepTime = this.#parts.clock.after(this.#parts.timings.answer, () => {
          this.doubtful = true;
          this.probe();
          reject(new UnreachableError("no answer"));
        });
        if (!this.say(frameOf(command, requestId))) reject(new UnreachableError("ended"));
      });
    } finally {
      keepTime();
      this.#asked.delete(requestId);
    }
  }

  /** Sends a frame that nobody waits for; false if the socket is gone. */
  say(text: string): boolean {
    if (this.#lost) return false;
    try {
      this.#socket.send(text);
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  /** Pings now, and gives the socket up if even then nothing is heard. */
  probe(): void {
    if (this.#lost || this.#pinged !== undefined) return;
    const { clock, timings } = this.#parts;
    this.#stopWatch();
    this.#pinged = clock.now();
    this.#stopWatch = clock.after(timings.pong, () => {
      this.close();
    });
    this.say('{"action":"ping"}');
  }

  /** Ends it; a dead socket may take minutes to say so itself. */
  close(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#stopWatch();
    const socket = this.#socket;
    socket.onmessage = socket.onclose = socket.onerror = null;
    try {
      socket.close();
    } catch {
      // Some implementations throw where there is nothing left to close.
    }
    for (const { lose } of this.#asked.values()) lose(new UnreachableError("ended"));
    this.#end();
  }

  #watch(): void {
    this.#stopWatch();
    this.#stopWatch = this.#parts.clock.after(this.#parts.timings.quiet, () => {
      this.probe();
    });
  }

  #take(frame: Frame, heard: (frame: Frame) => void): void {
    const pinged = this.#pinged;
    this.#pinged = undefined;
    if (frame.type === "response") {
      // An answer that came twice, or after its time, is nobody's.
      this.#asked.get(frame.request_id ?? "")?.answer({ status: frame.status, body: frame.body });
    } else if (frame.type === "pong") {
      if (pinged !== undefined) this.#parts.time.heard(pinged, frame.now);
    } else {
      heard(frame);
    }
  }
}

/** Opens a socket to this URL; rejects with `UnreachableError`. */
export function openLine(url: string, parts: LineParts, heard: (frame: Frame) => void): Promise<Line> {
  return new Promise((resolve, reject) => {
    let socket: Socket;
    try {
      socket = parts.sockets(url);
    } catch (error) {
      reject(new UnreachableError("no socket", { cause: error }));
      return;
    }
    const fail = () => {
      keepTime();
      socket.onopen = socket.onclose = socket.onerror = null;
      try {
        socket.close();
      } catch {
        // It was not even open.
      }
      reject(new UnreachableError("no socket"));
    };
    const keepTime = parts.clock.after(parts.timings.connect, fail);
    socket.onclose = socket.onerror = fail;
    socket.onopen = () => {
      keepTime();
      socket.onopen = null;
      resolve(new Line(socket, parts, heard));
    };
  });
}

function parsed(data: unknown): Frame | undefined {
  try {
    const frame: unknown = typeof data === "string" ? JSON.parse(data) : undefined;
    return typeof frame === "object" && frame !== null ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}

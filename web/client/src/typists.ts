/** Who else writes in which room: told by frames, and over after six seconds unless they are repeated. */

import type { Writer } from "./contract.js";
import type { Clock } from "./ports.js";
import type { Typing } from "./state.js";

interface Typist {
  typing: Typing;
  lapse: () => void;
}

export class Typists {
  readonly #clock: Clock;
  readonly #lasts: number;
  readonly #changed: () => void;
  readonly #rooms = new Map<string, Map<string, Typist>>();

  constructor(clock: Clock, lasts: number, changed: () => void) {
    this.#clock = clock;
    this.#lasts = lasts;
    this.#changed = changed;
  }

  heard(roomId: string, participant: Writer, typing: boolean, preview: string | null): void {
    this.over(roomId, participant.id);
    if (!typing) return;
    let room = this.#rooms.get(roomId);
    if (!room) this.#rooms.set(roomId, (room = new Map<string, Typist>()));
    const lapse = this.#clock.after(this.#lasts, () => {
      this.over(roomId, participant.id);
    });
    room.set(participant.id, { typing: { participant, preview }, lapse });
    this.#changed();
  }

  /** This person stopped, or has sent what they wrote. */
  over(roomId: string, personId: string): void {
    const room = this.#rooms.get(roomId);
    const typist = room?.get(personId);
    if (!typist) return;
    typist.lapse();
    room?.delete(personId);
    this.#changed();
  }

  /** Nothing more will be heard for a while. */
  clear(): void {
    for (const [roomId, room] of this.#rooms) for (const personId of [...room.keys()]) this.over(roomId, personId);
  }

  in(roomId: string): Typing[] {
    return [...(this.#rooms.get(roomId)?.values() ?? [])].map(({ typing }) => typing);
  }
}

/** Telling the others that one writes, not at every keystroke. */
export class OwnTyping {
  readonly #clock: Clock;
  readonly #every: number;
  readonly #tell: (roomId: string, typing: boolean, preview: string | undefined) => void;
  #room: string | undefined;
  #preview: string | undefined;
  #more = false;
  #stop: () => void = () => undefined;

  constructor(
    clock: Clock,
    every: number,
    tell: (roomId: string, typing: boolean, preview: string | undefined) => void,
  ) {
    this.#clock = clock;
    this.#every = every;
    this.#tell = tell;
  }

  typing(roomId: string, typing: boolean, preview?: string): void {
    if (this.#room !== undefined && (this.#room !== roomId || !typing)) {
      this.#tell(this.#room, false, undefined);
      this.sent();
    }
    if (!typing) return;
    this.#preview = preview;
    if (this.#room === undefined) {
      this.#room = roomId;
      this.#now();
    } else {
      this.#more = true;
    }
  }

  /** What was written is a message now, which tells the others as much. */
  sent(): void {
    this.#stop();
    this.#room = undefined;
    this.#more = false;
  }

  #now(): void {
    if (this.#room === undefined) return;
    this.#more = false;
    this.#tell(this.#room, true, this.#preview);
    this.#stop = this.#clock.after(this.#every, () => {
      if (this.#more) this.#now();
      else this.#room = undefined;
    });
  }
}

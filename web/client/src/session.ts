/** A visitor's session: started by the first thing that needs one, renewed in time, shared by the tabs. */

import type { Session, SessionBody } from "./contract.js";
import type { Locks, Storage } from "./ports.js";
import type { ServerTime } from "./server-time.js";

const KEY = "session";
/** How long before its end a session is renewed; it lasts 30 days. */
const RENEWED_BEFORE = 15 * 24 * 3_600_000;

export interface SessionParts {
  storage: Storage;
  locks: Locks;
  time: ServerTime;
  profile(): SessionBody;
  start(token: string | undefined, body: SessionBody): Promise<Session>;
  /** The server knows the visitor no longer, and took them for another one. */
  stranger(): Promise<void>;
  changed(): void;
}

export class VisitorSession {
  readonly #parts: SessionParts;
  #session: Session | undefined;
  #loaded: Promise<void> | undefined;
  #starting: Promise<Session> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get visitorId(): string | undefined {
    return this.#session?.visitor_id;
  }

  load(): Promise<void> {
    return (this.#loaded ??= this.#stored().then((session) => {
      this.#session ??= session;
      this.#parts.changed();
    }));
  }

  /** A token to call with; another one than the one that was refused. */
  async token(refused?: string): Promise<string> {
    await this.load();
    const session = this.#session;
    if (session && session.token !== refused && !this.#isOld(session)) return session.token;
    try {
      const { token } = await (this.#starting ??= this.#start(refused).finally(() => {
        this.#starting = undefined;
      }));
      return token;
    } catch (error) {
      // One that is only old is still good.
      if (session && session.token !== refused) return session.token;
      throw error;
    }
  }

  forget(): void {
    this.#session = undefined;
  }

  #isOld(session: Session): boolean {
    return Date.parse(session.expires_at) - this.#parts.time.now() < RENEWED_BEFORE;
  }

  /** One tab at a time: the others find what it got. */
  #start(refused: string | undefined): Promise<Session> {
    return this.#parts.locks(KEY, async () => {
      const before = this.#session;
      let session = await this.#stored();
      if (!session || session.token === refused || this.#isOld(session)) {
        session = await this.#parts.start((session ?? before)?.token, this.#parts.profile());
      }
      this.#session = session;
      if (before && before.visitor_id !== session.visitor_id) await this.#parts.stranger();
      await this.#parts.storage.put(KEY, session).catch(() => undefined);
      this.#parts.changed();
      return session;
    });
  }

  async #stored(): Promise<Session | undefined> {
    return (await this.#parts.storage.get(KEY).catch(() => undefined)) as Session | undefined;
  }
}

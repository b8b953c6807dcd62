/** Short words at the edge of the screen, also read aloud; some can be undone. */

import { X } from "lucide-preact";

import { useWords } from "../words/words.js";
import { createStore, useStore, type Store } from "./store.js";

export interface Notice {
  id: number;
  text: string;
  tone: "calm" | "bad";
  action?: { label: string; run: () => void };
  /** What it is about: a newer notice about the same takes its place. */
  about?: string;
}

export interface Notices {
  readonly store: Store<readonly Notice[]>;
  /** Shows a notice for a while; answers what takes it away before. */
  show(notice: Partial<Notice> & { text: string; lasts?: number }): () => void;
}

const LASTS = 6_000;

export function createNotices(): Notices {
  const store = createStore<readonly Notice[]>([]);
  let last = 0;
  return {
    store,
    show({ lasts = LASTS, tone = "calm", ...notice }) {
      const id = ++last;
      const remove = () => {
        store.set(store.value.filter((notice) => notice.id !== id));
      };
      const others = store.value.filter(({ about }) => about === undefined || about !== notice.about);
      store.set([...others, { ...notice, tone, id }]);
      setTimeout(remove, lasts);
      return remove;
    },
  };
}

export function NoticeArea({ notices }: { notices: Notices }) {
  const words = useWords();
  const shown = useStore(notices.store);
  const remove = (id: number) => {
    notices.store.set(notices.store.value.filter((notice) => notice.id !== id));
  };
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map((notice) => (
        <div key={notice.id} class="notice" data-tone={notice.tone}>
          <p>{notice.text}</p>
          {notice.action && (
            <button
              class="button quiet"
              type="button"
              onClick={() => {
                notice.action?.run();
                remove(notice.id);
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button
            class="icon-button"
            type="button"
            aria-label={words.dismiss}
            onClick={() => {
              remove(notice.id);
            }}
          >
            <X aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}

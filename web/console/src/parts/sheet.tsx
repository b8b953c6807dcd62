/** A dialog above the screen: from the lower edge on a phone, in the middle where there is room. */

import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { useWords } from "../words/words.js";

/** Open as long as it is drawn. Focus is kept inside and given back afterwards, by the browser itself. */
export function Sheet({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const words = useWords();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      shown?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        // A click beside the sheet lands on the dialog itself.
        if (event.target === dialog.current) close();
      }}
    >
      <div class="sheet-head">
        <h2 id={id}>{title}</h2>
        <button class="icon-button" type="button" aria-label={words.closePanel} onClick={close}>
          <X aria-hidden="true" />
        </button>
      </div>
      <div class="sheet-body">{children}</div>
    </dialog>
  );
}

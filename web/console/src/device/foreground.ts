/** Tells the client and the server whether anybody is looking. */

import type { Desk } from "../desk.js";

export function followVisibility({ client, closing }: Pick<Desk, "client" | "closing">): () => void {
  const changed = () => {
    const visible = document.visibilityState === "visible";
    client.setForeground(visible);
    // A page in the background may be gone before any timer ends.
    if (visible) client.retryNow();
    else closing.flush();
  };
  changed();
  document.addEventListener("visibilitychange", changed);
  window.addEventListener("pagehide", closing.flush);
  return () => {
    document.removeEventListener("visibilitychange", changed);
    window.removeEventListener("pagehide", closing.flush);
  };
}

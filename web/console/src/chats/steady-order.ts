/** Keeps a list still under the finger: rows do not move while somebody is about to touch one. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

interface Row {
  readonly id: string;
}

/**
 * The rows in the order they had, each as it is now. Rows that are gone stay as they were last, new ones wait: both
 * show once the list may move again.
 */
export function steadyRows<Kind extends Row>(shown: readonly Kind[], fresh: readonly Kind[]): Kind[] {
  const now = new Map(fresh.map((row) => [row.id, row]));
  return shown.map((row) => now.get(row.id) ?? row);
}

/** How long after the last touch, scroll or move of the pointer the list keeps still. */
const STILL = 900;

export interface Steady<Kind> {
  rows: readonly Kind[];
  /** How many rows wait to be shown. */
  held: number;
  /** To be called at every sign of a hand. */
  touched: () => void;
  /** Lets the list move at once. */
  release: () => void;
}

/** `rows`, but still while touched. Another `topic` (a tab, a search) shows its rows at once. */
export function useSteadyRows<Kind extends Row>(rows: readonly Kind[], topic: string): Steady<Kind> {
  const shown = useRef({ rows, topic });
  const [still, setStill] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const release = useCallback(() => {
    clearTimeout(timer.current);
    setStill(false);
  }, []);
  const touched = useCallback(() => {
    clearTimeout(timer.current);
    setStill(true);
    timer.current = setTimeout(release, STILL);
  }, []);
  useEffect(() => release, []);

  const kept = still && shown.current.topic === topic ? steadyRows(shown.current.rows, rows) : rows;
  shown.current = { rows: kept, topic };
  const ids = new Set(kept.map((row) => row.id));
  return { rows: kept, held: rows.filter((row) => !ids.has(row.id)).length, touched, release };
}

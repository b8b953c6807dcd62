/** Keeps a log's place: at the newest while one reads there, else where one reads, whatever grows above or below. */

import { useCallback, useLayoutEffect, useRef, useState, type MutableRef } from "preact/hooks";

/** This close to the end counts as being there. */
const NEAR = 48;

export interface Place {
  atEnd: boolean;
  scrolled: () => void;
  toEnd: () => void;
}

/**
 * To be drawn with everything that changes the log. The first row in view stays where it is; browsers do the same by
 * `overflow-anchor`, but not all of them, and not at the very top, where history loads.
 */
export function usePlace(scroller: MutableRef<HTMLElement | null>, room: string, end: () => void): Place {
  const anchor = useRef<{ row: Element; top: number } | null>(null);
  const follows = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const scrolled = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    setAtEnd(follows.current);
    const top = element.getBoundingClientRect().top;
    const row = [...element.querySelectorAll("[data-row]")].find((one) => one.getBoundingClientRect().bottom > top);
    anchor.current = row === undefined ? null : { row, top: row.getBoundingClientRect().top };
    if (follows.current) end();
  }, [end]);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    scrolled();
  }, [scrolled]);

  const shown = useRef(room);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    if (shown.current !== room) {
      shown.current = room;
      follows.current = true;
      anchor.current = null;
    }
    if (follows.current) element.scrollTop = element.scrollHeight;
    else if (anchor.current?.row.isConnected) {
      element.scrollTop += anchor.current.row.getBoundingClientRect().top - anchor.current.top;
    }
  });

  // What grows without being drawn anew: the keyboard rising, letters becoming larger.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => {
      observer.disconnect();
    };
  }, []);

  return { atEnd, scrolled, toEnd };
}

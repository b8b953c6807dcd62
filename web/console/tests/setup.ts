/** What jsdom lacks and the app asks for. */

import "@testing-library/jest-dom/vitest";

import { cleanup } from "@testing-library/preact";
import { afterEach } from "vitest";

afterEach(() => {
  cleanup();
  localStorage.clear();
  location.hash = "";
});

HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
  this.open = false;
};
HTMLCanvasElement.prototype.getContext = () => null;
Element.prototype.scrollTo = () => undefined;
// A desk with a mouse.
window.matchMedia = (query) => ({ matches: query.includes("fine") }) as MediaQueryList;

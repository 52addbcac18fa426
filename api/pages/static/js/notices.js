// What the desk must know beside the alarms: unread messages, holes in the cover, a part that
// stands still. Asked for, because what stands still says nothing by itself.

import { steadily } from "./steady.js";

const EVERY = 10_000;
const SOON = 1_000;

export class Notices {
  #place = document.getElementById("notices");
  #due = 0;
  #busy = false;
  #shown = "";
  #text = "";
  #path = null;

  /** Whether the centre itself does not work as it should, or messages leave late. */
  get stalled() {
    return this.#place.querySelector("[data-stalled], [data-late]") !== null;
  }

  /** Whether somebody whom nobody knows asks for help, and nobody has read it. */
  get cried() {
    return this.#place.querySelector("[data-cry]") !== null;
  }

  /** Something changed that may be told here. */
  hurry() {
    this.#due = Math.min(this.#due, Date.now() + SOON);
  }

  /** Once a second; resolves to true when it was drawn anew. Without an answer the strip stays as
   * it is: that the centre is away is told, louder, by the line. */
  async tick(now = Date.now()) {
    if (this.#busy || now < this.#due) return false;
    this.#busy = true;
    this.#due = now + EVERY;
    const text = await this.#ask().catch(() => null);
    this.#busy = false;
    if (text === null) return false;
    this.#text = text;
    steadily(this.#draw);
    return true;
  }

  #draw = () => {
    if (this.#text === this.#shown) return;
    this.#place.innerHTML = this.#shown = this.#text;
    this.mark(this.#path);
  };

  async #ask() {
    const answer = await fetch("/console/notices", { signal: AbortSignal.timeout(15_000) });
    return answer.ok && !answer.redirected ? answer.text() : null;
  }

  /** Which of the places is the one that is shown. */
  mark(path) {
    this.#path = path;
    for (const link of this.#place.querySelectorAll("nav a")) {
      const there = link.getAttribute("href");
      const here = there === "/console" ? !path || path.startsWith("/console/alarms/") : path?.startsWith(there);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

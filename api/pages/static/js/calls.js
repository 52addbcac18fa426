// Who telephones the centre: a strip above the queue. Asked for anew whenever the stream says that
// something changed, and with every connection.

import { steadily } from "./steady.js";

export class Calls {
  #place = document.getElementById("calls");
  #heard = new Set();
  #onRing;
  #asked = 0;
  #text = "";

  /** `onRing`: called once for each call that begins to ring. */
  constructor(onRing) {
    this.#onRing = onRing;
  }

  async refresh() {
    const turn = ++this.#asked;
    const text = await this.#ask().catch(() => null);
    if (text === null || turn !== this.#asked) return;
    this.#text = text;
    steadily(this.#draw);
  }

  #draw = () => {
    if (this.#place.innerHTML === this.#text) return;
    this.#place.innerHTML = this.#text;
    for (const call of this.#place.querySelectorAll('[data-state="ringing"]')) {
      if (this.#heard.has(call.dataset.call)) continue;
      this.#heard.add(call.dataset.call);
      this.#onRing(call);
    }
  };

  async #ask() {
    const answer = await fetch("/console/calls", { signal: AbortSignal.timeout(15_000) });
    return answer.ok && !answer.redirected ? answer.text() : null;
  }
}

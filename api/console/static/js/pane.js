// The right half: one alarm, drawn by the server, drawn again whenever the alarm changes.

const RETRY = 3_000;

export class Pane {
  #pane = document.getElementById("pane");
  #id = Number(this.#pane.dataset.alarm) || null;
  #version = 0;
  #loading = null;
  #again = false;
  #triedAt = 0;
  #drawn;

  constructor(drawn) {
    this.#drawn = drawn;
  }

  get id() {
    return this.#id;
  }

  get alarm() {
    return this.#pane.querySelector("[data-alarm-state]")?.dataset;
  }

  /** Show another alarm (null: none), and put it into the address bar. */
  async show(id, { push = true } = {}) {
    this.#id = id;
    this.#version = 0;
    this.#pane.dataset.alarm = id ?? "";
    if (push) history.pushState({ alarm: id }, "", id ? `/console/alarms/${id}` : "/console");
    document.body.classList.toggle("has-alarm", id !== null);
    if (id === null) this.#pane.replaceChildren(document.getElementById("no-alarm").content.cloneNode(true));
    else await this.#load("innerHTML");
    this.#pane.scrollTop = 0;
    this.#drawn();
  }

  /** Something about the alarm was heard: draw again unless what is shown is newer. */
  async changed(alarm) {
    if (alarm.id === this.#id && alarm.version >= this.#version) await this.refresh();
  }

  /** Once a second: what could not be drawn anew a moment ago is tried again. */
  tick(alarm) {
    if (alarm && alarm.version > this.#version && !this.#loading && Date.now() > this.#triedAt + RETRY) {
      this.refresh();
    }
  }

  async refresh() {
    if (this.#id === null) return;
    if (this.#loading) {
      this.#again = true;
      return;
    }
    do {
      this.#again = false;
      await this.#load("innerMorph");
    } while (this.#again);
    this.#drawn();
  }

  async #load(swap) {
    const id = this.#id;
    this.#triedAt = Date.now();
    this.#loading = htmx.ajax("GET", `/console/alarms/${id}/pane`, { target: "#pane", swap });
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
    if (id === this.#id) this.#version = Number(this.alarm?.version ?? 0);
    else this.#again = true;
  }
}

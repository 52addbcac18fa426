// The right half: one alarm or another page of the desk, drawn by the server, drawn again whenever
// it changes. The queue beside it, the line and the sound go on meanwhile.

import { isPressed, released } from "./steady.js";

const RETRY = 3_000;
const ALARM = /^\/console\/alarms\/(\d+)$/;

export class Pane {
  #pane = document.getElementById("pane");
  #path = location.pathname === "/console" ? null : location.pathname + location.search;
  #version = 0;
  #loading = null;
  #again = false;
  #redrawing = null;
  #triedAt = 0;
  #drawn;

  constructor(drawn) {
    this.#drawn = drawn;
    document.addEventListener("htmx:before:swap", (event) => this.#hold(event));
  }

  /** The alarm that is shown; null: none, or another page. */
  get id() {
    const found = this.#path?.match(ALARM);
    return found ? Number(found[1]) : null;
  }

  get path() {
    return this.#path;
  }

  get alarm() {
    return this.#pane.querySelector("[data-alarm-state]")?.dataset;
  }

  /** Show another alarm (null: none), and put it into the address bar. */
  async show(id, more) {
    await this.go(id === null ? null : `/console/alarms/${id}`, more);
  }

  /** Show any page of the desk; null: only the queue. */
  async go(path, { push = true } = {}) {
    this.#path = path;
    this.#version = 0;
    this.#pane.dataset.alarm = this.id ?? "";
    if (push) history.pushState({ path }, "", path ?? "/console");
    document.body.classList.toggle("has-alarm", path !== null);
    if (path === null) this.#pane.replaceChildren(document.getElementById("no-alarm").content.cloneNode(true));
    else await this.#load("innerHTML");
    this.#pane.scrollTop = 0;
    this.#drawn();
  }

  /** Something about the alarm was heard: draw again unless what is shown is newer. */
  async changed(alarm) {
    const mine = alarm.id === this.id && alarm.version >= this.#version;
    const beside = alarm.id !== this.id && alarm.home && alarm.home === this.alarm?.home;
    if (mine || (beside && alarm.priority <= 2)) await this.refresh();
  }

  /** Once a second: what could not be drawn anew a moment ago is tried again. */
  tick(alarm) {
    if (alarm && alarm.version > this.#version && !this.#loading && Date.now() > this.#triedAt + RETRY) {
      this.refresh();
    }
  }

  /** What is live on a page that is not an alarm is drawn again, unless somebody is writing. */
  async look() {
    const writing = this.#pane.querySelector("dialog[open], :is(input, textarea, select):focus");
    if (this.id === null && this.#pane.querySelector("[data-live]") && !writing) await this.refresh();
  }

  /** Draw it again, also what has changed since the drawing that is under way began. */
  async refresh() {
    if (this.#path === null) return;
    this.#again = true;
    if (this.#loading && !this.#redrawing) return;
    this.#redrawing ??= this.#redraw().finally(() => (this.#redrawing = null));
    await this.#redrawing;
  }

  async #redraw() {
    while (this.#again) {
      await released();
      this.#again = false;
      await this.#load("innerMorph");
    }
    this.#drawn();
  }

  /** What arrives while somebody presses something of the pane is asked for again afterwards. */
  #hold(event) {
    const { target, swap } = event.detail.ctx ?? {};
    if (target !== this.#pane || swap !== "innerMorph" || !isPressed()) return;
    event.preventDefault();
    this.#again = true;
  }

  async #load(swap) {
    const path = this.#path;
    const id = this.id;
    this.#triedAt = Date.now();
    this.#loading = htmx.ajax("GET", id === null ? path : `${path}/pane`, { target: "#pane", swap });
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
    if (path === this.#path) this.#version = id === null ? 0 : Number(this.alarm?.version ?? 0);
    else this.#again = true;
  }
}

// The line to the centre: server-sent events with a watchdog, as loud as needed when it is cut.

const BEAT = 15_000;
const SILENCE = 2 * BEAT;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/** Milliseconds to wait before the n-th try in a row, with a little chance so that a hundred
 * consoles do not all come back in the same moment. Pure. */
export function waitBefore(tries, chance = Math.random()) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) * (0.75 + chance / 2);
}

/** Keeps one EventSource alive. `on` holds: event(name, data), up(), down(lastHeard ms).
 * Call tick() about once a second: it is the watchdog. */
export class Line {
  #url;
  #on;
  #open;
  #now;
  #source = null;
  #tries = 0;
  #retryAt = null;
  #connected = false;
  heardAt;

  constructor(url, on, { open = (address) => new EventSource(address), now = Date.now } = {}) {
    this.#url = url;
    this.#on = on;
    this.#open = open;
    this.#now = now;
    this.heardAt = now();
  }

  get connected() {
    return this.#connected;
  }

  connect() {
    this.#retryAt = null;
    const source = this.#open(this.#url);
    this.#source = source;
    for (const name of ["queue", "alarm", "notification", "device", "call", "heartbeat"]) {
      source.addEventListener(name, (event) => this.#hear(source, name, event.data));
    }
    source.addEventListener("error", () => this.#lose(source));
    this.#startedAt = this.#now();
  }

  #startedAt = 0;

  tick() {
    const now = this.#now();
    if (this.#source) {
      if (now - Math.max(this.heardAt, this.#startedAt) > SILENCE) this.#lose(this.#source);
    } else if (this.#retryAt !== null && now >= this.#retryAt) this.connect();
  }

  /** Do not wait any longer: try at once, e.g. because the browser says that it is online. */
  hurry() {
    if (!this.#source) this.connect();
  }

  #hear(source, name, text) {
    if (source !== this.#source) return;
    this.heardAt = this.#now();
    const data = text ? JSON.parse(text) : {};
    if (name === "queue") {
      this.#tries = 0;
      this.#connected = true;
      this.#on.up();
    }
    this.#on.event(name, data);
  }

  #lose(source) {
    if (source !== this.#source) return;
    source.close();
    this.#source = null;
    this.#connected = false;
    this.#retryAt = this.#now() + waitBefore(this.#tries++);
    this.#on.down(this.heardAt);
  }
}

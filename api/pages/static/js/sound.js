// The sounds of the console, made by the browser itself: nothing to load, nothing to fail.
//
// A loop plays as one buffer that repeats in the audio engine, so that a tab in the background,
// whose timers are slowed down, rings as it should.

const VOLUME = "anxin.volume";
const QUIETEST = 0.2;

// Bursts after the manner of medical alarms: many fast high pulses for a life, three slow ones for
// the rest. [start s, frequency Hz, length s]
const pulses = (starts, notes, length) => starts.map((at, i) => [at, notes[i % notes.length], length]);
const SCORES = {
  life: { loud: 1, every: 2.4, notes: pulses([0, 0.17, 0.34, 0.62, 0.79, 1.1, 1.27, 1.44], [880, 1109, 1319], 0.14) },
  shout: { loud: 1, every: 1.0, notes: pulses([0, 0.12, 0.24, 0.36, 0.5, 0.62, 0.74, 0.86], [1319, 988], 0.11) },
  risk: { loud: 0.45, every: 12, notes: pulses([0, 0.28, 0.56], [659, 523, 659], 0.2) },
  cut: { loud: 0.6, every: 5, notes: pulses([0, 0.45], [330, 220], 0.4) },
};
const CHIME = { loud: 0.3, every: 1, notes: pulses([0, 0.22], [523, 659], 0.2) };

export class Sound {
  #context = null;
  #master = null;
  #loop = null;
  #playing = "none";
  #wanted = "none";
  #changed;

  constructor(changed) {
    this.#changed = changed;
  }

  get unlocked() {
    return this.#context?.state === "running";
  }

  get playing() {
    return this.unlocked ? this.#playing : "none";
  }

  get volume() {
    return Math.max(QUIETEST, Number(localStorage.getItem(VOLUME) ?? 0.8));
  }

  set volume(value) {
    localStorage.setItem(VOLUME, String(Math.max(QUIETEST, Math.min(1, value))));
    if (this.#master) this.#master.gain.value = this.volume;
  }

  /** Must be called from a click or a key: browsers start sound only then. */
  async unlock() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#master = this.#context.createGain();
      this.#master.gain.value = this.volume;
      this.#master.connect(this.#context.destination);
      this.#context.addEventListener("statechange", () => this.#settle());
    }
    if (this.#context.state !== "running") await this.#context.resume();
    this.#settle();
    return this.unlocked;
  }

  /** Which loop is to play: life, shout, risk, cut (the line to the centre) or none. */
  loop(name) {
    this.#wanted = name;
    this.#settle();
  }

  chime() {
    if (this.unlocked) this.#source(CHIME).start();
  }

  test() {
    if (this.unlocked) this.#source(SCORES.life).start();
  }

  #settle() {
    if (this.unlocked && this.#playing !== this.#wanted) {
      this.#loop?.stop();
      this.#loop = null;
      if (this.#wanted !== "none") {
        this.#loop = this.#source(SCORES[this.#wanted]);
        this.#loop.loop = true;
        this.#loop.start();
      }
      this.#playing = this.#wanted;
    }
    this.#changed();
  }

  #source(score) {
    const node = this.#context.createBufferSource();
    node.buffer = compose(this.#context, score);
    node.connect(this.#master);
    return node;
  }
}

/** A score as samples. Each pulse has a soft edge, so that it does not click. */
function compose(context, { every, notes, loud }) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, Math.round(every * rate), rate);
  const samples = buffer.getChannelData(0);
  for (const [at, frequency, length] of notes) {
    const [from, count] = [Math.round(at * rate), Math.round(length * rate)];
    for (let i = 0; i < count && from + i < samples.length; i++) {
      const edge = Math.min(1, i / (0.01 * rate), (count - i) / (0.03 * rate));
      const wave = Math.sin((2 * Math.PI * frequency * i) / rate) + 0.35 * Math.sin((4 * Math.PI * frequency * i) / rate);
      samples[from + i] += 0.6 * loud * edge * wave;
    }
  }
  return buffer;
}

// How old something is, told the same way everywhere. Pure.

/** Seconds as mm:ss, from an hour on as h:mm:ss; never negative. */
export function formatAge(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${two(minutes)}:${two(whole % 60)}`;
}

/** How urgent an age is while nobody has taken the alarm: calls are answered within 60 s, and
 * each above 180 s is reviewed. */
export function ageLevel(seconds, waiting) {
  if (!waiting) return "calm";
  if (seconds >= 180) return "late";
  return seconds >= 60 ? "warn" : "fresh";
}

/** The centre's time as this browser knows it: every message of the stream corrects it. */
export class CentreClock {
  #ahead = 0;

  get ahead() {
    return this.#ahead;
  }

  hear(iso, here = Date.now()) {
    const there = Date.parse(iso);
    if (!Number.isNaN(there)) this.#ahead = there - here;
  }

  /** Seconds that have passed at the centre since a moment given as an ISO text. */
  since(iso, here = Date.now()) {
    return (here + this.#ahead - Date.parse(iso)) / 1000;
  }
}

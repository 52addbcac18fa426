// The open alarms as the stream tells them: proof against any order of messages. Pure.

const WAITING = "RAISED";
const CLOSED = "CLOSED";
/** Its owner was called again and has done nothing since: it waits for somebody like a new one. */
const callsAgain = (alarm) => Boolean(alarm.calls_owner) && alarm.state !== CLOSED && alarm.priority <= 2;
const waits = (alarm) => alarm.state === WAITING || callsAgain(alarm);
const gone = (alarm) => alarm.state === CLOSED || alarm.inhibited_by != null;

export class Queue {
  #alarms = new Map();
  #seen = new Map();

  get size() {
    return this.#alarms.size;
  }

  get(id) {
    return this.#alarms.get(Number(id));
  }

  /** Take over the whole queue, as on every connect. What is not in it is not open any more. */
  replace(alarms) {
    const open = new Map();
    for (const alarm of alarms) {
      const known = this.#seen.get(alarm.id) ?? 0;
      const newest = known > alarm.version ? this.#alarms.get(alarm.id) : alarm;
      if (newest) open.set(alarm.id, newest);
      this.#seen.set(alarm.id, Math.max(known, alarm.version));
    }
    this.#alarms = open;
  }

  /** Take over one alarm; false when something newer about it was heard before. */
  apply(alarm) {
    if ((this.#seen.get(alarm.id) ?? 0) >= alarm.version) return false;
    this.#seen.set(alarm.id, alarm.version);
    // What an outage explains stands on the outage's page, until it is over.
    if (gone(alarm)) this.#alarms.delete(alarm.id);
    else this.#alarms.set(alarm.id, alarm);
    return true;
  }

  all() {
    return [...this.#alarms.values()];
  }

  /** The kinds of the other open dangers of an alarm's home: they are one emergency. */
  beside(alarm) {
    if (!alarm.home || alarm.priority > 2) return [];
    return this.all()
      .filter((other) => other.id !== alarm.id && other.home === alarm.home && other.priority <= 2)
      .sort(byUrgency)
      .map((other) => other.kind);
  }

  /** The parts of the screen, each most urgent first: people waiting, what somebody has in hand,
   * what may wait a little, and what is hidden for a time. */
  parts(me) {
    const parts = { waiting: [], hand: [], later: [], shelved: [] };
    for (const alarm of this.#alarms.values()) parts[partOf(alarm)].push(alarm);
    parts.waiting.sort(byUrgency);
    parts.later.sort(byUrgency);
    parts.shelved.sort(byUrgency);
    parts.hand.sort((a, b) => mine(b, me) - mine(a, me) || byUrgency(a, b));
    return parts;
  }
}

export function partOf(alarm) {
  if (alarm.shelved_until) return "shelved";
  if (!waits(alarm)) return "hand";
  return alarm.priority <= 2 || alarm.exhausted ? "waiting" : "later";
}

function byUrgency(a, b) {
  return (
    a.priority - b.priority ||
    Number(b.exhausted) - Number(a.exhausted) ||
    Date.parse(a.raised_at) - Date.parse(b.raised_at) ||
    a.id - b.id
  );
}

function mine(alarm, me) {
  return Number(alarm.owner?.id === me);
}

/** What must be heard: the loop that plays until it is answered, and who is new since `before`
 * (a map of alarm id to called_at; null: the first look, when nothing is new). */
export function heard(alarms, before) {
  const waiting = alarms.filter((alarm) => waits(alarm) && !alarm.shelved_until);
  const life = waiting.filter((alarm) => alarm.priority === 1);
  const shouting = waiting.some((alarm) => alarm.exhausted && alarm.priority <= 2);
  const atRisk = waiting.some((alarm) => alarm.exhausted || alarm.priority === 2);
  const loop = shouting ? "shout" : life.length ? "life" : atRisk ? "risk" : "none";
  const called = new Map(waiting.map((alarm) => [alarm.id, alarm.called_at ?? alarm.raised_at]));
  const fresh = before ? waiting.filter((a) => before.get(a.id) !== called.get(a.id)) : [];
  return { loop, called, fresh };
}

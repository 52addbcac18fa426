// Draws the queue. Rows are kept and filled anew, so that nothing blinks and the focus stays.

import { ageLevel, formatAge } from "./age.js";
import { named, say, wordList } from "./words.js";

const PARTS = ["waiting", "hand", "later", "shelved"];

export class Rows {
  #template = document.getElementById("row");
  #lists = Object.fromEntries(PARTS.map((part) => [part, document.getElementById(`part-${part}`)]));
  #rows = new Map();
  #clock;
  #me;

  constructor(clock, me) {
    this.#clock = clock;
    this.#me = me;
  }

  /** `known`: the queue has come, and nothing hides what is new: only then is nothing "all quiet". */
  draw(queue, selected, known) {
    const parts = queue.parts(this.#me);
    const focused = document.activeElement?.closest?.(".row")?.dataset.id;
    const kept = new Set();
    for (const part of PARTS) {
      const list = this.#lists[part];
      parts[part].forEach((alarm, index) => {
        const row = this.#row(alarm);
        kept.add(alarm.id);
        this.#fill(row, alarm, selected, queue.beside(alarm));
        if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
      });
      list.closest("section").hidden = parts[part].length === 0;
      list.closest("section").querySelector("[data-count]").textContent = parts[part].length;
    }
    for (const [id, row] of this.#rows) if (!kept.has(id)) this.#drop(id, row);
    document.getElementById("all-quiet").hidden = !known || kept.size > 0;
    if (focused) this.#rows.get(Number(focused))?.querySelector("a").focus({ preventScroll: true });
    this.tick();
  }

  /** Move every age, expected arrival and warning colour on by a second. */
  tick() {
    for (const row of this.#rows.values()) {
      const { raised, state } = row.dataset;
      const seconds = this.#clock.since(raised);
      setText(row.querySelector(".age"), formatAge(seconds));
      row.dataset.age = ageLevel(seconds, state === "RAISED" || row.dataset.calls === "true");
      for (const dispatch of row.querySelectorAll("[data-eta]")) this.#count(dispatch);
    }
  }

  ids() {
    return PARTS.flatMap((part) => [...this.#lists[part].children].map((row) => Number(row.dataset.id)));
  }

  link(id) {
    return this.#rows.get(Number(id))?.querySelector("a");
  }

  #row(alarm) {
    let row = this.#rows.get(alarm.id);
    if (!row) {
      row = this.#template.content.firstElementChild.cloneNode(true);
      row.dataset.id = alarm.id;
      row.querySelector("a").href = `/console/alarms/${alarm.id}`;
      this.#rows.set(alarm.id, row);
    }
    return row;
  }

  #drop(id, row) {
    row.remove();
    this.#rows.delete(id);
  }

  #fill(row, alarm, selected, beside) {
    const link = row.querySelector("a");
    if (alarm.id === selected) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
    const also = beside.map((kind) => named("kinds", kind)).join(say("comma"));
    if (row.dataset.version === String(alarm.version) && row.dataset.beside === also) return;
    Object.assign(row.dataset, {
      version: alarm.version, beside: also, priority: alarm.priority, state: alarm.state, raised: alarm.raised_at,
      exhausted: String(Boolean(alarm.exhausted && alarm.state === "RAISED")),
      calls: String(Boolean(alarm.calls_owner)), attendance: alarm.attendance,
    });
    row.querySelector(".mark use").setAttribute("href", `#shape-${alarm.priority}`);
    setText(row.querySelector(".name"), named("priorities", alarm.priority));
    setText(row.querySelector(".kind"), named("kinds", alarm.kind));
    setText(row.querySelector(".who"), alarm.residents.join("、") || alarm.home);
    setText(row.querySelector(".where"), [alarm.address, alarm.area?.name].filter(Boolean).join(" · "));
    setText(row.querySelector(".count"), alarm.count > 1 ? `×${alarm.count}` : "");
    const together = also ? [fact("together", say("together", { kinds: also }))] : [];
    row.querySelector(".facts").replaceChildren(...together, ...this.#facts(alarm));
  }

  /** State, owner, who is coming, what is wrong: one short line each. */
  #facts(alarm) {
    const facts = [];
    const told = alarm.priority <= 2 || alarm.attendance !== "nobody";
    const relative = alarm.attendance === "nobody" && alarm.responses.some((one) => one.answer === "going");
    const attendance = relative ? say("no_responder") : named("attendance", alarm.attendance);
    if (told) facts.push(fact(`attendance-${alarm.attendance}`, attendance));
    if (alarm.state !== "RAISED" && !alarm.dispatches.length) facts.push(fact("state", named("states", alarm.state)));
    if (alarm.owner) {
      const mine = alarm.owner.id === this.#me;
      facts.push(fact(mine ? "owner mine" : "owner", mine ? say("you") : alarm.owner.name));
    }
    if (alarm.mistake_at) facts.unshift(fact("mistake", say("mistake")));
    if (alarm.exhausted && alarm.state === "RAISED") facts.unshift(fact("shout", say("exhausted")));
    const prompted = alarm.prompts ?? [];
    if (prompted.length) facts.unshift(fact("shout prompt", say("prompt", { services: prompted.map((p) => p.service).join(", ") })));
    else if (alarm.calls_owner) facts.unshift(fact("shout", say("calls_owner")));
    if (alarm.cleared_at) facts.push(fact("cleared", say("cleared")));
    if (alarm.children) facts.push(fact("children", say("children", { n: alarm.children })));
    if (alarm.linked?.length) facts.push(fact("linked", say("linked", { n: alarm.linked.length })));
    if (alarm.shelving_asked && !alarm.shelved_until) facts.push(fact("warning", say("shelving_asked")));
    if (alarm.late) facts.push(fact("late", say("late")));
    for (const answer of alarm.responses) {
      facts.push(this.#answer(answer));
    }
    for (const dispatch of alarm.dispatches) facts.push(this.#dispatch(dispatch));
    const last = alarm.state === "RAISED" ? alarm.warnings.at(-1) : null;
    if (last && last.reason !== "contact_going") facts.push(fact("warning", named("warnings", last.reason)));
    return facts;
  }

  #answer(answer) {
    const names = [answer.name, ...(answer.others ?? [])].join(say("or"));
    const shown = fact(`answer ${answer.answer}`, named("answers", answer.answer).replace("{name}", () => names));
    return answer.answer === "going" ? this.#withTime(shown, answer.eta_minutes, answer.at) : shown;
  }

  #dispatch(dispatch) {
    const going = dispatch.state in wordList("going");
    const shown = fact(`dispatch ${dispatch.state}`, `${dispatch.name} ${named("dispatches", dispatch.state)}`);
    return going ? this.#withTime(shown, dispatch.eta_minutes, dispatch.answered_at) : shown;
  }

  #withTime(shown, minutes, since) {
    if (minutes == null || !since) return shown;
    Object.assign(shown.dataset, { eta: minutes, answered: since });
    shown.append(Object.assign(document.createElement("b"), { className: "eta" }));
    return shown;
  }

  #count(dispatch) {
    const { eta, answered } = dispatch.dataset;
    const seconds = Number(eta) * 60 - this.#clock.since(answered);
    const minutes = Math.ceil(Math.abs(seconds) / 60);
    dispatch.classList.toggle("overdue", seconds < 0);
    const words = say(seconds < 0 ? "overdue" : "eta", { minutes });
    setText(dispatch.querySelector(".eta"), words);
  }
}

function fact(kind, text) {
  const shown = document.createElement("span");
  shown.className = `fact ${kind}`;
  shown.textContent = text;
  return shown;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

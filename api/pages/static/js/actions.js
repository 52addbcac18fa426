// What somebody does on a page: forms that write to the JSON API. Nothing fails silently.

import { toast } from "./attention.js";
import { fields } from "./fields.js";
import { settleAll } from "./parts.js";
import { placed, translated } from "./refusals.js";
import { say, wordList } from "./words.js";

const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** Sends a form's fields as JSON to where data-api points, by data-method or POST; `done` is
 * called with the form, whether it was done, and the address of what was made, if any; `ahead`: how far the centre's clock is ahead, in
 * milliseconds. */
export function bindForms(done, ahead = () => 0) {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-api]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    setBusy(form, true);
    const sent = written(form);
    let refusal = null;
    let made = null;
    try {
      [refusal, made] = await send(form.dataset.method ?? "POST", form.dataset.api, fields(form, ahead()));
      if (refusal) refuse(form, refusal);
      else {
        form.closest("dialog")?.close();
        if (written(form) === sent) form.reset(); // else somebody has gone on writing
      }
    } finally {
      setBusy(form, false);
      await done(form, refusal === null, made);
    }
  });
}

const written = (form) => new URLSearchParams(new FormData(form)).toString();

/** What went wrong, a problem document or one with our own words, null on success; and the address
 * of what was made. */
async function send(method, url, body) {
  try {
    const answer = await fetch(url, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
      body: method === "DELETE" ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    if (answer.ok) return [null, answer.headers.get("Location")];
    return [await problemOf(answer), null];
  } catch {
    return [{ words: say("not_sent") }, null];
  }
}

async function problemOf(answer) {
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401) return { words: say("logged_out") };
  if (answer.status === 409 && problem.owner) return { words: say("taken", { name: problem.owner.name }) };
  if (problem.detail === undefined && problem.title === undefined) return { words: say("refused", { reason: answer.status }) };
  return problem;
}

/** Each complaint at its field; what belongs to no field at the form's end, or in the corner. */
function refuse(form, problem) {
  if (problem.words) {
    showGeneral(form, problem.words);
    return;
  }
  const named = Array.isArray(problem.errors);
  const rest = placed(problem).filter((complaint) => !showAt(form, complaint));
  const reasons = rest.map(({ text, field }) => (named && field ? `${field}: ` : "") + translated(text, wordList("refusals")));
  if (reasons.length) showGeneral(form, say("refused", { reason: reasons.join("; ") }));
  form.querySelector("[aria-invalid]")?.focus();
  form.querySelector(".at-field")?.scrollIntoView({ block: "center" });
}

function showAt(form, { item, field, text }) {
  const part = item === null ? form : form.querySelectorAll("[data-item]")[item];
  const input = field && part?.querySelector(`[name="${CSS.escape(field)}"]`);
  if (!part || (item === null && !input)) return false;
  const said = Object.assign(document.createElement("p"), {
    className: "problem at-field", textContent: translated(text, wordList("refusals")),
  });
  said.setAttribute("role", "alert");
  if (input) input.setAttribute("aria-invalid", "true");
  if (input) (input.closest("label") ?? input).after(said);
  else part.append(said);
  return true;
}

function showGeneral(form, words) {
  const place = form.querySelector("[data-error]");
  if (place && (!form.closest("dialog") || form.closest("dialog").open)) {
    place.textContent = words;
    place.hidden = false;
  } else toast(words, "error");
}

function forgive(form) {
  for (const said of form.querySelectorAll(".at-field")) said.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const place = form.querySelector("[data-error]");
  if (place) place.hidden = true;
}

function setBusy(form, busy) {
  if (form.dataset.own === undefined) form.toggleAttribute("hx-morph-skip", busy);
  if (busy) form.dataset.busy = "1";
  else delete form.dataset.busy;
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
  if (busy) forgive(form);
}

/** Opens a dialog of what is shown: dispatch, note, close, …; `choose`: which of its choices is
 * likely meant. */
export function openDialog(name, choose) {
  const dialog = document.getElementById(`dialog-${name}`);
  if (!dialog || dialog.open) return;
  dialog.setAttribute("hx-morph-skip", "");
  dialog.addEventListener("close", () => dialog.removeAttribute("hx-morph-skip"), { once: true });
  settleAll(dialog);
  dialog.showModal();
  const meant = choose && dialog.querySelector(`[type=radio][value="${CSS.escape(choose)}"]`);
  if (meant) meant.checked = true;
  (meant || dialog.querySelector("[autofocus]"))?.focus();
}

// What an operator does: forms that write to the JSON API. Nothing fails silently.

import { toast } from "./attention.js";
import { say } from "./words.js";

const csrf = () => document.querySelector('meta[name="csrf"]').content;

/** Sends a form's fields as JSON to where data-api points; `done` is called after success. */
export function bindForms(done) {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-api]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    setBusy(form, true);
    try {
      const refusal = await post(form.dataset.api, fields(form));
      if (refusal) refuse(form, refusal);
      else {
        form.closest("dialog")?.close();
        form.reset();
      }
    } finally {
      setBusy(form, false);
      await done();
    }
  });
}

/** null on success, else what went wrong in words. */
async function post(url, body) {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf() },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    if (answer.ok) return null;
    return await wordsFor(answer);
  } catch {
    return say("not_sent");
  }
}

async function wordsFor(answer) {
  const problem = await answer.json().catch(() => ({}));
  if (answer.status === 401) return say("logged_out");
  if (answer.status === 409 && problem.owner) return say("taken", { name: problem.owner.name });
  const reason = typeof problem.detail === "string" ? problem.detail : (problem.title ?? answer.status);
  return say("refused", { reason });
}

function refuse(form, reason) {
  const place = form.querySelector("[data-error]");
  if (place && form.closest("dialog")?.open) {
    place.textContent = reason;
    place.hidden = false;
  } else toast(reason, "error");
}

function fields(form) {
  const body = {};
  for (const [name, value] of new FormData(form)) {
    const field = form.elements[name];
    const number = field?.dataset?.number !== undefined || field?.[0]?.dataset?.number !== undefined;
    if (value !== "") body[name] = number ? Number(value) : value;
    else if (field?.dataset?.keep !== undefined) body[name] = "";
  }
  return body;
}

function setBusy(form, busy) {
  form.toggleAttribute("hx-morph-skip", busy);
  if (busy) form.dataset.busy = "1";
  else delete form.dataset.busy;
  form.setAttribute("aria-busy", String(busy));
  for (const button of form.querySelectorAll("button")) button.disabled = busy;
  const place = form.querySelector("[data-error]");
  if (busy && place) place.hidden = true;
}

/** Opens the dialog of the shown alarm: dispatch, note, close or transfer. */
export function openDialog(name) {
  const dialog = document.getElementById(`dialog-${name}`);
  if (!dialog || dialog.open) return;
  dialog.setAttribute("hx-morph-skip", "");
  dialog.addEventListener("close", () => dialog.removeAttribute("hx-morph-skip"), { once: true });
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

// A page of its own, without the queue: its forms write to the JSON API, then it is read anew.

import { bindForms, openDialog } from "./actions.js";

bindForms((form, done) => {
  if (done) location.assign(form.dataset.then ?? location.href);
});
document.addEventListener("click", (event) => {
  const dialog = event.target.closest("[data-dialog]");
  if (dialog) openDialog(dialog.dataset.dialog);
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

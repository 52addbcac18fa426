// Lists that are written in a form (steps of a plan, lines of a protocol, ways to a person), and
// choices that decide which fields there are (a select, or radio buttons).
//
// [data-parts] is the list, template[data-new-part] one empty part of it; a button's data-part says
// add, remove, up or down. What a [data-chooses] chooses shows, in its [data-choice], only what names
// that choice in data-for: a select by its value, a radio button by its data-chooses.

/** Show and send only what the choice has a use for. */
function settle(scope) {
  const select = scope.querySelector("select[data-chooses]");
  const chosen = select ? select.value : (scope.querySelector("[data-chooses]:checked")?.dataset.chooses ?? "");
  for (const part of scope.querySelectorAll("[data-for]")) {
    const wanted = part.dataset.for.split(" ").includes(chosen);
    part.hidden = !wanted;
    for (const field of part.querySelectorAll("input, select")) field.disabled = !wanted;
  }
}

/** Once, and whenever what is shown was drawn anew. */
export function settleAll(root) {
  for (const scope of root.querySelectorAll("[data-choice]")) settle(scope);
}

function work(button) {
  const list = button.closest("form").querySelector("[data-parts]");
  const part = button.closest("[data-item]");
  const todo = {
    add: () => list.append(document.querySelector("template[data-new-part]").content.cloneNode(true)),
    remove: () => part.remove(),
    up: () => part.previousElementSibling?.before(part),
    down: () => part.nextElementSibling?.after(part),
  };
  todo[button.dataset.part]();
  settleAll(list);
  const added = button.dataset.part === "add";
  (added ? list.lastElementChild.querySelector("select, input:not([type=hidden])") : button).focus();
}

export function bindParts() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-part]");
    if (button) work(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-chooses]")) settle(event.target.closest("[data-choice]"));
  });
  // A page that comes in is put right before anybody touches it.
  new MutationObserver(() => settleAll(document)).observe(document.getElementById("pane"), { childList: true });
  settleAll(document);
}

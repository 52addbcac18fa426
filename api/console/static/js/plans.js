// The steps of a plan while they are written: each target shows only the fields it has.

const NEEDS = "data-for";

/** Show and send only what the step's target has a use for. */
function settle(step) {
  const target = step.querySelector('[name="target"]').value;
  for (const part of step.querySelectorAll(`[${NEEDS}]`)) {
    const wanted = part.getAttribute(NEEDS).split(" ").includes(target);
    part.hidden = !wanted;
    for (const field of part.querySelectorAll("input, select")) field.disabled = !wanted;
  }
}

function settleAll(root) {
  for (const step of root.querySelectorAll('[data-item="steps"]')) settle(step);
}

function work(button) {
  const steps = button.closest("form").querySelector("[data-steps]");
  const step = button.closest("[data-item]");
  const todo = {
    add: () => steps.append(document.getElementById("plan-step").content.cloneNode(true)),
    remove: () => step.remove(),
    up: () => step.previousElementSibling?.before(step),
    down: () => step.nextElementSibling?.after(step),
  };
  todo[button.dataset.step]();
  settleAll(steps);
  (button.dataset.step === "add" ? steps.lastElementChild.querySelector("select") : button).focus();
}

export function bindPlans() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-step]");
    if (button) work(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches('[data-item] [name="target"]')) settle(event.target.closest("[data-item]"));
  });
  // A page that comes in is put right before anybody touches it.
  new MutationObserver(() => settleAll(document)).observe(document.getElementById("pane"), { childList: true });
  settleAll(document);
}

// What the API refuses, in the reader's words and at the field that is meant. Pure.

/** A refusal as the API words it, in the page's language. `templates` maps texts with
 * {placeholders} to their translations; what is not among them stays as it is. */
export function translated(detail, templates) {
  for (const [template, words] of Object.entries(templates)) {
    const found = detail.match(patternOf(template));
    if (found) return words.replace(/\{(\w+)\}/g, (_, name) => translated(found.groups[name] ?? "", templates));
  }
  return detail;
}

function patternOf(template) {
  const parts = template.split(/\{(\w+)\}/);
  const text = (part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return new RegExp(`^${parts.map((part, i) => (i % 2 ? `(?<${part}>.*?)` : text(part))).join("")}$`, "s");
}

/** Which field of a form a complaint is about that names none. */
const ABOUT = [
  [/ cannot lie in /, "parent"],
  [/^there is an area /, "code"],
  [/^there is no area /, "area"],
  [/^there is no person /, "supervisor"],
  [/^the review date /, "review_by"],
];

/** Which field of a plan's step a complaint is about; of a way to a person, its address. */
const MEANT = [
  [/^write an address|^this is not a complete|^(sms|voice) goes to/, "address"],
  [/^there is no person|^person must/, "person"],
  [/^there is no area/, "area"],
  [/^there is no contact|^a contact's position/, "position"],
  [/^channels|^a text that nobody answers|^by voice/, "channels"],
  [/^unanswered_seconds/, "unanswered_seconds"],
  [/^waits longer|^after_seconds/, "after_seconds"],
  [/^every_seconds/, "every_seconds"],
  [/^hours/, "hours.from"],
];

/** Where each complaint of a problem document belongs: [{ item, field, text }]. `item` counts the
 * parts of a list from 0, null: of none; `field` null: the form as a whole. A plan's complaint names
 * its `step`, one about ways to a person its `way`. */
export function placed(problem) {
  if (Array.isArray(problem.errors) && problem.errors.length) return problem.errors.map(ofField);
  const detail = typeof problem.detail === "string" ? problem.detail : (problem.title ?? "");
  return detail.split("; ").map((text) => {
    const step = text.match(/^(?:step|way) (\d+)(?: of the plan)?(?:: | )(.*)$/s);
    if (!step) return { item: null, field: ABOUT.find(([pattern]) => pattern.test(text))?.[1] ?? null, text };
    const field = MEANT.find(([pattern]) => pattern.test(step[2]))?.[1] ?? null;
    return { item: Number(step[1]) - 1, field, text: step[2] };
  });
}

function ofField({ field, message }) {
  const path = field.split(".").filter((part) => part !== "body");
  const number = path.findIndex((part) => /^\d+$/.test(part));
  if (number < 0) return { item: null, field: path.join(".") || null, text: message };
  return { item: Number(path[number]), field: path.slice(number + 1).join(".") || null, text: message };
}

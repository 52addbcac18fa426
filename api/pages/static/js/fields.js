// A form's fields as the JSON that the API takes.
//
// data-number: a number; data-flag: true when ticked; data-switch:
// true or false; data-false: false; data-list: an array, also of one;
// data-at: a wall-clock time of the zone named there; data-after: so many seconds from now;
// data-split: words between commas; data-keep: sent also when empty; data-null: null when empty; a
// name like "hours.from" makes an object in the object; whatever is in a [data-item] is an object of
// the list that data-item names, unless what its data-needs names was left empty.

import { momentOf } from "./when.js";

/** `ahead`: milliseconds by which the centre's clock is ahead of this browser's. */
export function fields(form, ahead = 0) {
  const body = {};
  const items = new Map();
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "submit") continue;
    const item = field.closest("[data-item]");
    if (item && !items.has(item)) {
      items.set(item, {});
      (body[item.dataset.item] ??= []).push(items.get(item));
    }
    put(item ? items.get(item) : body, field, ahead);
  }
  for (const [item, values] of items) {
    const { item: list, needs } = item.dataset;
    if (needs && values[needs] === undefined) body[list] = body[list].filter((each) => each !== values);
  }
  return body;
}

function put(into, field, ahead) {
  const { name, type, checked, dataset } = field;
  if (dataset.list !== undefined) into[name] ??= [];
  if (dataset.switch !== undefined) into[name] = checked;
  if (dataset.switch !== undefined || ((type === "checkbox" || type === "radio") && !checked)) return;
  const empty = field.value === "";
  if (empty && dataset.keep === undefined && dataset.null === undefined) return;
  const value = empty && dataset.null !== undefined ? null : valueOf(field, ahead);
  if (dataset.list !== undefined) into[name].push(...(Array.isArray(value) ? value : [value]));
  else {
    const [outer, inner] = name.split(".");
    if (inner) (into[outer] ??= {})[inner] = value;
    else into[name] = value;
  }
}

const ON_ITS_WAY = 1_000; // so that the longest time allowed is still allowed on arrival

function valueOf({ value, dataset }, ahead) {
  if (dataset.flag !== undefined) return true;
  if (dataset.false !== undefined) return false;
  if (dataset.number !== undefined) return Number(value);
  if (dataset.after !== undefined) return new Date(Date.now() + ahead - ON_ITS_WAY + Number(value) * 1000).toISOString();
  if (dataset.at !== undefined) return momentOf(value, dataset.at);
  if (dataset.split !== undefined) return value.split(/[,，、]/).map((each) => each.trim()).filter(Boolean);
  return value;
}

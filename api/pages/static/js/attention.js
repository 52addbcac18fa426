// Draws the eye and the ear of somebody who looks elsewhere: title, favicon, banners, one spoken
// line for a screen reader.

import { steadily } from "./steady.js";
import { named, say } from "./words.js";

const banner = (name) => document.getElementById(`banner-${name}`);
const plainTitle = document.title;
const icon = document.querySelector('link[rel="icon"]');
const plainIcon = icon.href;
const alarmIcon = icon.dataset.alarm;

const banners = new Map();

export function showBanner(name, shown) {
  banners.set(name, shown);
  steadily(drawBanners);
}

function drawBanners() {
  for (const [name, shown] of banners) {
    const element = banner(name);
    if (element.hidden === shown) element.hidden = !shown;
  }
}

/** The title and the icon take turns while somebody waits; called twice a second. */
export function flash(waiting, even) {
  const title = waiting > 0 && even ? `(${waiting}) ${say("waiting_title")}` : plainTitle;
  if (document.title !== title) document.title = title;
  const wanted = waiting > 0 && even ? alarmIcon : plainIcon;
  if (icon.href !== wanted) icon.href = wanted;
}

/** Said once for an alarm that is new: at once for a life, when there is a pause for the rest. */
export function announce(alarm) {
  const who = alarm.residents.join(", ") || alarm.home;
  const line = `${named("kinds", alarm.kind)}: ${who}, ${alarm.address ?? ""}`;
  document.getElementById(alarm.priority === 1 ? "say-now" : "say-soon").textContent = line;
}

/** A short message in the corner; an error stays until it is closed. */
export function toast(text, kind = "info") {
  const shown = document.createElement("div");
  shown.className = `toast ${kind}`;
  shown.setAttribute("role", kind === "error" ? "alert" : "status");
  const words = Object.assign(document.createElement("p"), { textContent: text });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "✕" });
  close.setAttribute("aria-label", say("close"));
  close.addEventListener("click", () => shown.remove());
  shown.append(words, close);
  document.getElementById("toasts").prepend(shown);
  if (kind !== "error") setTimeout(() => shown.remove(), 6000);
}

// Puts the console together: the stream fills the queue, the queue moves screen and sound.

import { bindForms, openDialog } from "./actions.js";
import { CentreClock, ageLevel, formatAge } from "./age.js";
import { announce, flash, showBanner, toast } from "./attention.js";
import { Calls } from "./calls.js";
import { bindKeys, keysOn, setKeys } from "./keys.js";
import { Notices } from "./notices.js";
import { Pane } from "./pane.js";
import { bindParts } from "./parts.js";
import { Queue, heard } from "./queue.js";
import { Rows } from "./rows.js";
import { Sound } from "./sound.js";
import { steadily } from "./steady.js";
import { Line } from "./stream.js";
import { say } from "./words.js";

const PATIENCE = 700;
const me = Number(document.body.dataset.user);
const root = document.documentElement;
const queue = new Queue();
const clock = new CentreClock();
const rows = new Rows(clock, me);
const pane = new Pane(drawPane);
const notices = new Notices();
const sound = new Sound(showSound);
const calls = new Calls((call) => {
  sound.chime();
  document.getElementById("say-now").textContent = call.innerText;
});
let called = null;
let even = false;
let linked = false;
let loaded = false;

function drawRows() {
  rows.draw(queue, pane.id, isKnown());
}

function draw() {
  steadily(drawRows);
  const { loop, called: now, fresh } = heard(queue.all(), called);
  called = now;
  // A cut line, or a centre that stands still, is heard as well, but never louder than a life that waits.
  const works = line.connected && !notices.stalled;
  const loud = loop === "life" || loop === "shout";
  sound.loop(notices.cried && !loud ? "shout" : works || loud ? loop : "cut");
  if (fresh.length) {
    if (loop === "none") sound.chime();
    announce(fresh.reduce((a, b) => (b.priority < a.priority ? b : a)));
  }
  showSound();
}

/** Whether what is shown is all there is. */
function isKnown() {
  return loaded && line.connected;
}

function drawPane() {
  notices.mark(pane.path);
  drawAges();
}

function drawAges() {
  for (const shown of document.querySelectorAll("#pane [data-since]")) {
    const seconds = clock.since(shown.dataset.since);
    shown.textContent = formatAge(seconds);
    shown.dataset.age = ageLevel(seconds, shown.dataset.waiting === "true");
  }
}

function showSound() {
  root.dataset.sound = sound.unlocked ? "on" : "locked";
  root.dataset.playing = sound.playing;
  showBanner("sound", !sound.unlocked);
  steadily(drawShift);
}

function drawShift() {
  document.getElementById("shift").hidden = sound.unlocked;
}

const line = new Line("/api/v1/stream", {
  event(name, data) {
    if (data.at) clock.hear(data.at);
    if (name === "call") return calls.refresh();
    if (name === "queue") {
      calls.refresh();
      queue.replace(data.items);
      loaded = true;
      pane.refresh();
    } else if (name === "alarm") {
      pane.changed(data);
      if (!queue.apply(data)) return;
    } else {
      if (name === "notification" && data.alarm_id === pane.id) pane.refresh();
      notices.hurry();
      return;
    }
    notices.hurry();
    draw();
  },
  up() {
    root.dataset.line = "up";
    linked = true;
    showBanner("line", false);
  },
  async down() {
    root.dataset.line = "down";
    drawLine();
    draw();
    if (await isLoggedOut()) location.assign("/login?error=expired");
  },
});

async function isLoggedOut() {
  const answer = await fetch("/api/v1/session").catch(() => null);
  return answer?.status === 401;
}

function drawLine() {
  if (line.connected) return;
  const age = linked ? formatAge((Date.now() - line.heardAt) / 1000) : "–";
  document.getElementById("line-age").textContent = age;
  showBanner("line", true);
}

function select(step) {
  const ids = rows.ids();
  if (!ids.length) return;
  const at = ids.indexOf(pane.id);
  const next = at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + step));
  open(ids[next]);
}

async function open(id) {
  await follow(`/console/alarms/${id}`);
}

async function follow(path) {
  await pane.go(path === "/console" ? null : path);
  drawRows();
  rows.link(pane.id)?.scrollIntoView({ block: "nearest" });
}

function press(name) {
  const button = document.querySelector(`#pane [data-action="${name}"]`);
  if (button && !button.disabled) button.click();
}

async function startShift() {
  sessionStorage.setItem("anxin.shift", "1");
  if (!(await sound.unlock())) toast(say("no_sound"), "error");
  draw();
  const form = document.getElementById("shift-form");
  form.dataset.begins = "";
  form.requestSubmit();
}

/** What is not told by the stream. */
async function lookAround() {
  const { stalled, cried } = notices;
  if (!(await notices.tick())) return;
  notices.mark(pane.path);
  if (notices.stalled !== stalled || notices.cried !== cried) draw();
  await pane.look();
}

function bindPage() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="/console"]');
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      follow(link.pathname + link.search);
    }
    const dialog = event.target.closest("[data-dialog]");
    if (dialog) openFresh(dialog);
    if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
    if (event.target.closest("[data-back]")) pane.show(null);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-look]");
    if (!form) return;
    event.preventDefault();
    const asked = [...new FormData(form)].filter(([, value]) => value !== "");
    follow(`${form.getAttribute("action")}?${new URLSearchParams(asked)}`);
  });
  window.addEventListener("popstate", () => {
    const path = location.pathname + location.search;
    pane.go(path === "/console" ? null : path, { push: false });
  });
  for (const id of ["shift", "unlock"]) document.getElementById(id).addEventListener("click", startShift);
  window.addEventListener("online", () => line.hurry());
  bindSettings();
  bindCare();
}

/** A dialog; one that must know how things stand is drawn anew first, if the centre answers at once. */
async function openFresh(button) {
  const name = button.dataset.dialog;
  if (button.dataset.fresh !== undefined) {
    await Promise.race([pane.refresh(), new Promise((done) => setTimeout(done, PATIENCE))]);
  }
  openDialog(name, button.dataset.choose);
}

/** What somebody is writing on a page is not drawn over; the menu closes when it was used. */
function bindCare() {
  const own = ({ target }) => {
    const form = target.closest("#pane form:not([data-own])");
    return form && !form.closest("dialog") && target.matches("input, textarea, select") ? form : null;
  };
  document.addEventListener("focusin", (event) => own(event)?.setAttribute("hx-morph-skip", ""));
  document.addEventListener("focusout", (event) => {
    const form = own(event);
    if (form && !form.dataset.busy) form.removeAttribute("hx-morph-skip");
  });
  // An open menu stays open when what is around it is drawn anew. (toggle does not bubble.)
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches("#pane details")) target.toggleAttribute("hx-morph-skip", target.open);
  }, true);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.more[open]")) {
      if (!menu.querySelector("summary").contains(event.target)) menu.open = false;
    }
  });
}

function bindSettings() {
  const volume = document.getElementById("volume");
  volume.value = sound.volume;
  volume.addEventListener("input", () => (sound.volume = Number(volume.value)));
  volume.addEventListener("change", () => sound.test());
  const keys = document.getElementById("keys");
  keys.checked = keysOn();
  keys.addEventListener("change", () => setKeys(keys.checked));
  document.getElementById("retry").addEventListener("click", () => line.hurry());
}

/** Once the shift has begun, any touch of the page may bring the sound back after a reload. */
function bindReturn() {
  if (!sessionStorage.getItem("anxin.shift")) return;
  const again = () => sound.unlocked || sound.unlock();
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, again, { once: true });
  again();
}

async function showTelephone(form) {
  const answer = await fetch("/api/v1/shift").catch(() => null);
  if (!answer?.ok) return;
  const { telephone } = await answer.json();
  document.querySelector("[data-telephone]").textContent = telephone ?? "–";
  const menu = form.closest("details");
  const begins = form.dataset.begins !== undefined;
  delete form.dataset.begins;
  if (begins && menu.open) return; // somebody is writing another number already
  form.telephone.defaultValue = form.telephone.value = telephone ?? "";
  menu.open = false;
}

bindPage();
bindForms(async (form, done, made) => {
  notices.hurry();
  if (form.id === "shift-form") return done ? showTelephone(form) : undefined;
  if (done && made && form.dataset.thenMade) await follow(form.dataset.thenMade + made.split("/").at(-1));
  else if (done && form.dataset.then) await follow(form.dataset.then);
  else if (done || !form.querySelector(".at-field")) await pane.refresh();
}, () => clock.ahead);
bindParts();
bindKeys({
  j: () => select(1), arrowdown: () => select(1), k: () => select(-1), arrowup: () => select(-1),
  a: () => press("acknowledge"), d: () => press("dispatch"), n: () => press("note"), r: () => press("reached"),
  h: () => follow("/console/new-alarm"), c: () => press("close"), t: () => press("transfer"), p: () => press("call"), o: () => press("outside"), "?": () => openDialog("help"),
  escape: () => pane.show(null),
});
bindReturn();
showSound();

const second = new Worker(new URL("./tick.js", import.meta.url));
second.addEventListener("message", () => {
  even = !even;
  line.tick();
  if (!line.connected) drawLine();
  flash(queue.parts(me).waiting.length, even);
  rows.tick();
  if (line.connected) pane.tick(queue.get(pane.id));
  drawAges();
  if (line.connected) lookAround();
});
line.connect();

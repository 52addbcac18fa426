import assert from "node:assert/strict";
import { test } from "node:test";

import { CentreClock, ageLevel, formatAge } from "../../../api/pages/static/js/age.js";
import { Line, waitBefore } from "../../../api/pages/static/js/stream.js";

class FakeSource {
  static made = [];
  #listeners = {};
  closed = false;
  constructor() {
    FakeSource.made.push(this);
  }
  addEventListener(name, listener) {
    this.#listeners[name] = listener;
  }
  close() {
    this.closed = true;
  }
  send(name, data) {
    this.#listeners[name]({ data: data && JSON.stringify(data) });
  }
}

function setUp() {
  FakeSource.made = [];
  const told = [];
  let now = 1_000_000;
  const on = { event: (name) => told.push(name), up: () => told.push("up"), down: () => told.push("down") };
  const line = new Line("/stream", on, { open: () => new FakeSource(), now: () => now });
  line.connect();
  return { line, told, later: (seconds) => { now += seconds * 1000; line.tick(); } };
}
const source = () => FakeSource.made.at(-1);

test("silence for two heartbeats is a cut line, and it is tried again", () => {
  const { line, told, later } = setUp();
  source().send("queue", { items: [] });
  later(29);
  assert.equal(line.connected, true);
  later(2);
  assert.deepEqual(told, ["up", "queue", "down"]);
  assert.equal(FakeSource.made[0].closed, true);
  later(1);
  assert.equal(FakeSource.made.length, 2);
});

test("a heartbeat keeps the line", () => {
  const { line, later } = setUp();
  source().send("queue", { items: [] });
  for (let i = 0; i < 4; i++) {
    later(20);
    source().send("heartbeat", {});
  }
  assert.equal(line.connected, true);
});

test("after an error: again, less and less often, at once when told to hurry", () => {
  const { line, told, later } = setUp();
  source().send("error");
  assert.deepEqual(told, ["down"]);
  later(0.1);
  assert.equal(FakeSource.made.length, 1);
  line.hurry();
  assert.equal(FakeSource.made.length, 2);
  assert.ok(waitBefore(0, 0.5) < waitBefore(3, 0.5));
  assert.ok(waitBefore(50, 1) <= 10_000);
});

test("what an abandoned connection still says is not heard", () => {
  const { told, later } = setUp();
  const old = source();
  old.send("error");
  later(2);
  old.send("queue", { items: [] });
  assert.deepEqual(told, ["down"]);
});

test("ages are read like a stopwatch", () => {
  assert.equal(formatAge(-3), "00:00");
  assert.equal(formatAge(61.9), "01:01");
  assert.equal(formatAge(3661), "1:01:01");
});

test("an age warns after 60 and 180 seconds, while somebody waits", () => {
  assert.deepEqual([59, 60, 179, 180].map((age) => ageLevel(age, true)), ["fresh", "warn", "warn", "late"]);
  assert.equal(ageLevel(500, false), "calm");
});

test("ages follow the centre's clock, not a wrong one on the desk", () => {
  const clock = new CentreClock();
  const here = Date.parse("2026-11-21T03:00:00Z");
  clock.hear("2026-11-21T04:00:00Z", here);
  assert.equal(clock.since("2026-11-21T03:59:30Z", here + 5_000), 35);
});

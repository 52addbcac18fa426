import assert from "node:assert/strict";
import { test } from "node:test";

import { Queue, heard, partOf } from "../../../api/pages/static/js/queue.js";

const alarm = (id, more = {}) => ({
  id, version: 1, priority: 1, state: "RAISED", raised_at: `2026-11-21T04:00:${String(id).padStart(2, "0")}Z`,
  called_at: "2026-11-21T04:00:00Z", exhausted: false, owner: null, ...more,
});
const ids = (alarms) => alarms.map((each) => each.id);

test("an older message never overwrites a newer one", () => {
  const queue = new Queue();
  assert.equal(queue.apply(alarm(1, { version: 5, state: "ACKNOWLEDGED" })), true);
  assert.equal(queue.apply(alarm(1, { version: 4 })), false);
  assert.equal(queue.get(1).state, "ACKNOWLEDGED");
});

test("a closed alarm stays away, whatever comes late", () => {
  const queue = new Queue();
  queue.replace([alarm(1, { version: 3 })]);
  queue.apply(alarm(1, { version: 7, state: "CLOSED" }));
  queue.apply(alarm(1, { version: 6 }));
  queue.replace([alarm(1, { version: 6 })]);
  assert.equal(queue.size, 0);
});

test("the whole queue replaces what was there", () => {
  const queue = new Queue();
  queue.replace([alarm(1), alarm(2)]);
  queue.replace([alarm(2), alarm(3)]);
  assert.deepEqual(ids(queue.all()).sort(), [2, 3]);
});

test("most urgent first: priority, nobody reached, the oldest", () => {
  const queue = new Queue();
  queue.replace([alarm(4, { priority: 2 }), alarm(3), alarm(2), alarm(5, { exhausted: true })]);
  assert.deepEqual(ids(queue.parts(0).waiting), [5, 2, 3, 4]);
});

test("a technical alarm waits below, unless nobody took it through a whole plan", () => {
  assert.equal(partOf(alarm(1, { priority: 4 })), "later");
  assert.equal(partOf(alarm(1, { priority: 4, exhausted: true })), "waiting");
  assert.equal(partOf(alarm(1, { state: "ON_SCENE", exhausted: true })), "hand");
});

test("what is mine comes first of what is in hand", () => {
  const queue = new Queue();
  const taken = { state: "ACKNOWLEDGED" };
  queue.replace([alarm(1, { ...taken, owner: { id: 8 } }), alarm(2, { ...taken, owner: { id: 7 } })]);
  assert.deepEqual(ids(queue.parts(7).hand), [2, 1]);
});

test("a life rings until somebody takes it", () => {
  assert.equal(heard([alarm(1)], null).loop, "life");
  assert.equal(heard([alarm(1, { state: "ACKNOWLEDGED" })], null).loop, "none");
  assert.equal(heard([alarm(1, { priority: 2 })], null).loop, "risk");
  assert.equal(heard([alarm(1, { priority: 4 })], null).loop, "none");
  assert.equal(heard([alarm(1, { exhausted: true })], null).loop, "shout");
});

test("whose owner was called again and did nothing waits and rings like a new one", () => {
  const mine = { state: "ACKNOWLEDGED", owner: { id: 7 }, calls_owner: true };
  for (const state of ["ACKNOWLEDGED", "DISPATCHED", "ON_SCENE"]) {
    assert.equal(heard([alarm(1, { ...mine, state })], null).loop, "life");
    assert.equal(partOf(alarm(1, { ...mine, state })), "waiting");
  }
  assert.equal(heard([alarm(1, { ...mine, priority: 2 })], null).loop, "risk");
  assert.equal(heard([alarm(1, { ...mine, priority: 4 })], null).loop, "none");
  assert.equal(heard([alarm(1, { ...mine, shelved_until: "2026-11-21T05:00:00Z" })], null).loop, "none");
  assert.equal(heard([alarm(1, { ...mine, calls_owner: false })], null).loop, "none");
});

test("new is what was called since the last look; at the first look nothing is", () => {
  const first = heard([alarm(1)], null);
  assert.deepEqual(first.fresh, []);
  assert.deepEqual(ids(heard([alarm(1), alarm(2)], first.called).fresh), [2]);
  const again = alarm(1, { called_at: "2026-11-21T04:05:00Z" });
  assert.deepEqual(ids(heard([again], first.called).fresh), [1]);
});

test("what is hidden for a time is quiet, apart, and heard when it comes back", () => {
  const hidden = alarm(1, { shelved_until: "2026-11-21T05:00:00Z" });
  assert.equal(partOf(hidden), "shelved");
  assert.equal(partOf({ ...hidden, state: "ACKNOWLEDGED" }), "shelved");
  const quiet = heard([hidden], new Map());
  assert.equal(quiet.loop, "none");
  assert.deepEqual(ids(quiet.fresh), []);
  const back = heard([alarm(1, { shelved_until: null })], quiet.called);
  assert.equal(back.loop, "life");
  assert.deepEqual(ids(back.fresh), [1]);
});

test("what waits for the second person stays where it was and is heard", () => {
  const asked = alarm(1, { shelved_until: null, shelving_asked: { by: 1, until: "2026-11-21T05:00:00Z" } });
  assert.equal(partOf(asked), "waiting");
  assert.equal(heard([asked], null).loop, "life");
});

test("what an outage explains leaves the queue until it stands for itself", () => {
  const queue = new Queue();
  queue.replace([alarm(1)]);
  queue.apply(alarm(1, { version: 2, inhibited_by: 9 }));
  assert.equal(queue.size, 0);
  queue.apply(alarm(1, { version: 3, inhibited_by: null }));
  assert.equal(queue.size, 1);
});

test("the open dangers of a home know of each other", () => {
  const queue = new Queue();
  const call = alarm(1, { home: "H1", kind: "help_call" });
  queue.replace([
    call,
    alarm(2, { home: "H1", kind: "water_leak", priority: 2 }),
    alarm(3, { home: "H1", kind: "smoke" }),
    alarm(4, { home: "H1", kind: "low_battery", priority: 4 }),
    alarm(5, { home: "H2", kind: "gas_leak" }),
  ]);
  assert.deepEqual(queue.beside(call), ["smoke", "water_leak"]);
  assert.deepEqual(queue.beside(queue.get(4)), []);
  queue.apply(alarm(3, { home: "H1", kind: "smoke", state: "CLOSED", version: 2 }));
  assert.deepEqual(queue.beside(call), ["water_leak"]);
});

test("a resident who says that it was a mistake is heard as before", () => {
  const said = alarm(1, { mistake_at: "2026-11-21T04:00:10Z", version: 2 });
  assert.equal(heard([said], null).loop, "life");
  assert.equal(partOf(said), "waiting");
});

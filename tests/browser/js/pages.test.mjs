import assert from "node:assert/strict";
import { test } from "node:test";

import { placed, translated } from "../../../api/pages/static/js/refusals.js";
import { momentOf } from "../../../api/pages/static/js/when.js";

test("a wall-clock time is that of the homes, wherever the browser stands", () => {
  assert.equal(momentOf("2026-11-22T07:00", "Asia/Shanghai"), "2026-11-21T23:00:00.000Z");
  assert.equal(momentOf("2026-07-01T07:00", "Europe/Berlin"), "2026-07-01T05:00:00.000Z");
  assert.equal(momentOf("2026-12-01T07:00:30", "Europe/Berlin"), "2026-12-01T06:00:30.000Z");
  assert.equal(momentOf("soon", "Asia/Shanghai"), null);
});

test("on the day the clocks change both sides of the change are right", () => {
  assert.equal(momentOf("2026-10-25T00:30", "Europe/Berlin"), "2026-10-24T22:30:00.000Z");
  assert.equal(momentOf("2026-10-25T12:00", "Europe/Berlin"), "2026-10-25T11:00:00.000Z");
});

test("a refusal is said in the page's words, with what it names", () => {
  const words = { "there is no area {area}": "没有区域 {area}", "the alarm is closed already": "报警已经结束" };
  assert.equal(translated("there is no area G9", words), "没有区域 G9");
  assert.equal(translated("the alarm is closed already", words), "报警已经结束");
  assert.equal(translated("something new", words), "something new");
});

test("a value inside a refusal is translated, too", () => {
  const words = { "no number is known for {s}; known: {k}": "{k}：{s}", "none is set up": "无" };
  assert.equal(translated("no number is known for 119; known: none is set up", words), "无：119");
});

test("each complaint about a plan goes to its step and field", () => {
  const detail = "cycles must be from 2 to 20; step 2: there is no person 9; step 3: waits longer than 3600 s, and";
  assert.deepEqual(placed({ detail }), [
    { item: null, field: null, text: "cycles must be from 2 to 20" },
    { item: 1, field: "person", text: "there is no person 9" },
    { item: 2, field: "after_seconds", text: "waits longer than 3600 s, and" },
  ]);
});

test("a complaint about channels in time goes to their fields", () => {
  const detail =
    "step 1: channels must be an order of sms, voice, each once; step 1: a text that nobody answers becomes a call; " +
    "step 1: by voice calls them first, and channels begin otherwise; " +
    "step 2: unanswered_seconds must be from 15 to 300; step 3: unanswered_seconds is for dangers";
  const found = placed({ detail }).map(({ item, field }) => [item, field]);
  const [order, silence] = ["channels", "unanswered_seconds"];
  assert.deepEqual(found, [[0, order], [0, order], [0, order], [1, silence], [2, silence]]);
});

test("what a field lacks is said at the field", () => {
  const errors = [{ field: "body.text", message: "too long" }, { field: "body.steps.1.target", message: "no" }];
  assert.deepEqual(placed({ detail: "x", errors }), [
    { item: null, field: "text", text: "too long" },
    { item: 1, field: "target", text: "no" },
  ]);
});

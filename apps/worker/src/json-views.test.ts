import { addMs, FOREVER, newGate, noLimits, pauseGate, taskGateKey, toEpochMs } from "@sluice/core";
import { expect, test } from "vitest";
import { jsonGate } from "./json-views.js";

const now = toEpochMs(1_767_225_600_000);
const gate = newGate(taskGateKey("translate"), noLimits);
const closing = { closedAt: now, until: addMs(now, 30_000), detail: null, jobId: null };

test("an open gate is open, without a reason from the past", () => {
  const past = { ...closing, reason: "rate_limited" as const, until: addMs(now, -1) };
  const open = { open: true, state: "open", closedUntil: null, pausedUntil: null, reason: null };
  expect(jsonGate(gate, now)).toMatchObject(open);
  expect(jsonGate({ ...gate, closing: past, pausedUntil: addMs(now, -1) }, now)).toMatchObject(open);
});

test("a closed gate tells until when and why, in UTC", () => {
  expect(jsonGate({ ...gate, closing: { ...closing, reason: "rate_limited" } }, now)).toMatchObject({
    open: false,
    state: "closed",
    closedUntil: "2026-01-01T00:00:30.000Z",
    reason: "rate_limited",
  });
});

test("after an outage the gate is half open, and says so", () => {
  const over = { ...closing, reason: "provider_down" as const, until: addMs(now, -1) };
  expect(jsonGate({ ...gate, closing: over }, now)).toMatchObject({
    open: true,
    state: "half-open",
    reason: "provider_down",
  });
});

test("an operator's pause without an end is told in words", () => {
  const paused = pauseGate(gate, { now, forMs: null });
  expect(paused.pausedUntil).toBe(FOREVER);
  expect(jsonGate(paused, now)).toMatchObject({ open: false, state: "paused", pausedUntil: "until resumed" });
});

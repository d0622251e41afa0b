import { expect, test } from "vitest";
import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { changeLimits } from "./change-limits.js";
import { closeGate, type Refusal } from "./close-gate.js";
import { type Gate, newGate } from "./gate.js";
import { modelGateKey } from "./gate-key.js";
import { type GateLimits, toGateLimits } from "./gate-limits.js";
import { pauseGate } from "./pause-gate.js";
import { recordSuccess } from "./record-success.js";
import { bookDraw, reserve } from "./reserve.js";
import { settle } from "./settle.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);

function gateWith(limits: Partial<GateLimits>): Gate {
  return newGate(modelGateKey({ provider: "acme", account: "main", model: "mt-2" }), toGateLimits(limits));
}

function refuse(gate: Gate, refusal: Partial<Refusal> & { now: EpochMs }): Gate {
  return closeGate(gate, {
    claimedAt: refusal.now,
    reason: "rate_limited",
    waitMs: null,
    detail: null,
    jobId: null,
    ...refusal,
  });
}

/** Asks every 20 ms for as many as there are. */
function takeAll(gate: Gate, fromMs: number, toMs: number): { taken: number; gate: Gate } {
  let taken = 0;
  let current = gate;
  for (let ms = fromMs; ms < toMs; ms += 20) {
    const { granted, next } = reserve(current, { now: at(ms), want: 1_000, inFlight: 0 });
    taken += granted;
    current = next;
  }
  return { taken, gate: current };
}

test("a budget passes a little less than its rate, after a burst of 250 ms", () => {
  const gate = gateWith({ requestsPerMinute: 1_200 });
  expect(reserve(gate, { now: start, want: 100, inFlight: 0 }).granted).toBe(4);
  expect(takeAll(gate, 0, 60_000).taken).toBe(Math.floor(1_200 * 0.985 * (1 + 250 / 60_000)));
});

test("a slow budget has no burst: its calls keep their distance", () => {
  const gate = gateWith({ requestsPerMinute: 10 });
  expect(reserve(gate, { now: start, want: 100, inFlight: 0 }).granted).toBe(1);
  const { next } = reserve(gate, { now: start, want: 1, inFlight: 0 });
  expect(reserve(next, { now: at(6_000), want: 100, inFlight: 0 }).granted).toBe(0);
  expect(reserve(next, { now: at(6_100), want: 100, inFlight: 0 }).granted).toBe(1);
});

test("an empty budget says when to come back, and then there is a permit", () => {
  const { gate } = takeAll(gateWith({ requestsPerMinute: 60 }), 0, 20);
  const refusedNow = reserve(gate, { now: at(20), want: 5, inFlight: 0 });
  expect(refusedNow.granted).toBe(0);
  const nextAt = refusedNow.nextPermitAt ?? start;
  expect(nextAt).toBeGreaterThan(at(20));
  expect(reserve(gate, { now: nextAt, want: 5, inFlight: 0 }).granted).toBe(1);
  expect(reserve(gate, { now: addMs(nextAt, -1), want: 5, inFlight: 0 }).granted).toBe(0);
});

test("a claim that took fewer jobs than granted is charged for those only", () => {
  const gate = gateWith({ requestsPerMinute: 1_200 });
  const { granted, next } = reserve(gate, { now: start, want: 10, inFlight: 0 });
  expect(granted).toBe(4);
  const tookOne = { ...next, drawn: 1 };
  expect(reserve(tookOne, { now: start, want: 10, inFlight: 1 }).granted).toBe(3);
});

test("a gate of which nothing was drawn has nothing to book", () => {
  const gate = gateWith({ requestsPerMinute: 1_200, learn: true });
  expect(bookDraw(gate)).toBe(gate);
});

test("nothing passes a paused or closed gate, which says until when", () => {
  const gate = gateWith({ requestsPerMinute: 600 });
  const paused = pauseGate(gate, { now: start, forMs: 5_000 });
  expect(reserve(paused, { now: at(1), want: 5, inFlight: 0 })).toEqual({
    granted: 0,
    nextPermitAt: at(5_000),
    next: paused,
  });
  const closed = refuse(gate, { now: start, waitMs: 2_000 });
  expect(reserve(closed, { now: at(1), want: 5, inFlight: 0 }).nextPermitAt).toBe(at(2_000));
});

test("at an opening exactly one permit is ready, however long the gate was closed", () => {
  const closed = refuse(gateWith({ requestsPerMinute: 6_000 }), { now: start, waitMs: 60_000 });
  expect(reserve(closed, { now: at(60_000), want: 50, inFlight: 0 }).granted).toBe(1);
});

test("a window counts what is in flight and waits for a free slot, not for a time", () => {
  const gate = gateWith({ maxInFlight: 4 });
  expect(reserve(gate, { now: start, want: 10, inFlight: 1 })).toMatchObject({
    granted: 3,
    nextPermitAt: null,
  });
  expect(reserve(gate, { now: start, want: 10, inFlight: 4 })).toMatchObject({
    granted: 0,
    nextPermitAt: null,
  });
  expect(reserve(gate, { now: start, want: 10, inFlight: 9 })).toMatchObject({
    granted: 0,
    nextPermitAt: null,
  });
});

test("a half-open gate passes one job at a time", () => {
  const half = refuse(gateWith({}), { now: start, reason: "provider_down" });
  expect(reserve(half, { now: at(1_000), want: 10, inFlight: 0 })).toMatchObject({
    granted: 1,
    nextPermitAt: null,
  });
  expect(reserve(half, { now: at(1_000), want: 10, inFlight: 1 })).toMatchObject({
    granted: 0,
    nextPermitAt: null,
  });
  const opened = recordSuccess(half, { now: at(1_100), claimedAt: at(1_000) });
  expect(reserve(opened, { now: at(1_100), want: 10, inFlight: 0 }).granted).toBe(10);
});

test("a gate without any budget grants what is wanted", () => {
  expect(reserve(gateWith({}), { now: start, want: 7, inFlight: 100 })).toMatchObject({
    granted: 7,
    nextPermitAt: null,
  });
});

test("a token budget holds calls back by what calls were seen to use", () => {
  let gate = gateWith({ tokensPerMinute: 60_000 });
  gate = settle(gate, { claimedAt: start, usedTokens: 500 });
  const { taken } = takeAll(gate, 0, 60_000);
  expect(taken).toBeGreaterThan(118);
  expect(taken).toBeLessThan(130);
});

test("a call that used more than expected is charged at once, one that used less only in its own epoch", () => {
  const gate = takeAll(gateWith({ tokensPerMinute: 60_000 }), 0, 20).gate;
  const level = (of: Gate): number => reserve(of, { now: at(20), want: 0, inFlight: 0 }).next.pacing.tokens;
  expect(level(settle(gate, { claimedAt: start, usedTokens: 1_400 }))).toBeCloseTo(level(gate) - 400);
  expect(level(settle(gate, { claimedAt: start, usedTokens: 600 }))).toBeCloseTo(level(gate) + 400);
  const later = { ...gate, epochAt: at(10) };
  expect(level(settle(later, { claimedAt: start, usedTokens: 1_400 }))).toBeCloseTo(level(gate) - 400);
  expect(level(settle(later, { claimedAt: start, usedTokens: 600 }))).toBeCloseTo(level(gate));
  expect(level(settle(later, { claimedAt: at(10), usedTokens: 600 }))).toBeCloseTo(level(gate) + 400);
});

test("without a token budget, usage changes nothing", () => {
  const gate = gateWith({ requestsPerMinute: 60 });
  expect(settle(gate, { claimedAt: start, usedTokens: 500 })).toBe(gate);
  expect(
    settle(gateWith({ tokensPerMinute: 60 }), { claimedAt: start, usedTokens: null }).pacing.tokensPerCall,
  ).toBeNull();
});

test("a token budget that only the provider named is settled, too", () => {
  const told = { tokensPerMinute: 60_000 };
  const gate = recordSuccess(gateWith({}), { now: start, claimedAt: start, told });
  expect(settle(gate, { claimedAt: start, usedTokens: 500 }).pacing.tokensPerCall).toBe(500);
});

test("limits told by headers hold from then on, below the configured ones", () => {
  const gate = gateWith({ requestsPerMinute: 6_000 });
  const told = recordSuccess(gate, { now: start, claimedAt: start, told: { requestsPerMinute: 60 } });
  expect(takeAll(told, 0, 60_000).taken).toBeLessThanOrEqual(61);
  expect(recordSuccess(told, { now: at(5), claimedAt: at(1), told: { requestsPerMinute: 60 } })).toBe(told);
});

test("limits of zero or less are not believed", () => {
  const gate = gateWith({ requestsPerMinute: 60 });
  const told = { requestsPerMinute: -1, tokensPerMinute: 0 };
  expect(recordSuccess(gate, { now: start, claimedAt: start, told })).toBe(gate);
});

test("no requests remaining empties the bucket", () => {
  const gate = gateWith({ requestsPerMinute: 600 });
  const told = { requestsPerMinute: 600, remainingRequests: 0 };
  const empty = recordSuccess(reserve(gate, { now: start, want: 1, inFlight: 0 }).next, {
    now: start,
    claimedAt: start,
    told,
  });
  expect(reserve(empty, { now: start, want: 1, inFlight: 0 }).granted).toBe(0);
});

test("no requests remaining are no news to a bucket from which the last one was drawn", () => {
  const gate = { ...gateWith({ requestsPerMinute: 600 }), drawn: 1 };
  const told = { remainingRequests: 0 };
  expect(recordSuccess(gate, { now: start, claimedAt: start, told })).toBe(gate);
});

test("new limits hold from the next claim on", () => {
  const gate = takeAll(gateWith({ requestsPerMinute: 6_000 }), 0, 1_000).gate;
  const slower = changeLimits(gate, toGateLimits({ requestsPerMinute: 60 }));
  expect(takeAll(slower, 1_000, 61_000).taken).toBeLessThanOrEqual(61);
  expect(changeLimits(gate, toGateLimits({ requestsPerMinute: 6_000 }))).toBe(gate);
});

import { expect, test } from "vitest";
import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { changeLimits } from "./change-limits.js";
import { closeGate } from "./close-gate.js";
import { type Gate, newGate } from "./gate.js";
import { modelGateKey } from "./gate-key.js";
import { type GateLimits, toGateLimits } from "./gate-limits.js";
import { openGate } from "./open-gate.js";
import { requestRate } from "./pacing/pacing.js";
import { recordSuccess } from "./record-success.js";
import { bookDraw, reserve } from "./reserve.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);

function learningGate(limits: Partial<GateLimits> = {}): Gate {
  const key = modelGateKey({ provider: "acme", account: "main", model: "mt-2" });
  return newGate(key, toGateLimits({ ...limits, learn: true }));
}

interface Told {
  readonly ms: number;
  readonly claimedMs?: number;
  readonly waitMs?: number | null;
}

function refuse(gate: Gate, { ms, claimedMs = ms, waitMs = 1_000 }: Told): Gate {
  return closeGate(gate, {
    now: at(ms),
    claimedAt: at(claimedMs),
    reason: "rate_limited",
    waitMs,
    detail: null,
    jobId: null,
  });
}

/** Takes all there is, every 20 ms. */
function run(gate: Gate, fromMs: number, toMs: number): { gate: Gate; taken: number } {
  let current = gate;
  let taken = 0;
  for (let ms = fromMs; ms < toMs; ms += 20) {
    const { granted, next } = reserve(current, { now: at(ms), want: 1_000, inFlight: 0 });
    if (granted > 0) current = next;
    taken += granted;
  }
  return { gate: current, taken };
}

function rate({ pacing, limits }: Gate): number {
  return requestRate(pacing, limits) ?? Number.POSITIVE_INFINITY;
}

test("an unknown rate starts at 60 a minute and doubles every 4 s while it is used", () => {
  const gate = learningGate();
  expect(rate(gate)).toBe(60);
  expect(rate(run(gate, 0, 9_000).gate)).toBeGreaterThan(200);
});

test("a gate that nobody uses learns nothing", () => {
  const { gate } = run(learningGate(), 0, 1_000);
  const idle = reserve(gate, { now: at(3_600_000), want: 1, inFlight: 0 }).next;
  expect(rate(idle)).toBeCloseTo(rate(gate), 0);
});

test("a configured rate is used from the first call on", () => {
  expect(rate(learningGate({ requestsPerMinute: 3_000 }))).toBeCloseTo(3_000 * 0.985);
});

test("a refusal measures the quota: what got through, over the time it took", () => {
  const capped = run(learningGate({ requestsPerMinute: 1_200 }), 0, 60_000);
  const refused = refuse(capped.gate, { ms: 60_000, waitMs: 1_000 });
  const measured = (capped.taken - 1) / (61_000 / 60_000);
  expect(refused.pacing.pace.plateau).toBeCloseTo(measured, -1);
});

test("of a wait that nobody told, half is taken for the provider's", () => {
  const { gate } = run(learningGate(), 0, 10_000);
  expect(refuse(gate, { ms: 10_000, waitMs: 1_000 }).pacing.pace.countedUntil).toBe(at(11_000));
  expect(refuse(gate, { ms: 10_000, waitMs: null }).pacing.pace.countedUntil).toBe(at(10_500));
});

test("a gate that does not learn is taught nothing by a refusal", () => {
  const fixed = { ...learningGate(), limits: toGateLimits({ requestsPerMinute: 600 }) };
  expect(refuse(fixed, { ms: 1_000 }).pacing.pace).toEqual(fixed.pacing.pace);
});

test("after a refusal the rate starts below the plateau, reaches it, and then probes above it", () => {
  const refused = refuse(run(learningGate({ requestsPerMinute: 6_000 }), 0, 30_000).gate, { ms: 30_000 });
  const plateau = refused.pacing.pace.plateau ?? 0;
  expect(rate(refused)).toBeLessThan(plateau);
  expect(rate(run(refused, 31_000, 40_000).gate)).toBeGreaterThanOrEqual(plateau);
  expect(rate(run(refused, 31_000, 60_000).gate)).toBeLessThanOrEqual(6_000 * 0.985);
});

test("the restart of the first guess is at half of it, for it contains the provider's saved-up burst", () => {
  const refused = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000 });
  expect(rate(refused)).toBeCloseTo((refused.pacing.pace.plateau ?? 0) / 2);
});

test("the first call after the opening refused again lowers the plateau and doubles the untold wait", () => {
  const first = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000, waitMs: null });
  expect(first.closing?.until).toBe(at(11_000));
  const taken = reserve(first, { now: at(11_000), want: 1, inFlight: 0 }).next;
  const second = refuse(taken, { ms: 11_050, claimedMs: 11_000, waitMs: null });
  expect(second.closing?.until).toBe(at(13_050));
  expect(second.pacing.pace.plateau).toBeLessThan(first.pacing.pace.plateau ?? 0);
  expect(rate(second)).toBeLessThanOrEqual(rate(bookDraw(taken)));
});

test("a refusal after calls that passed since the opening starts the doubling anew", () => {
  const first = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000, waitMs: null });
  const passed = run(first, 11_000, 13_000).gate;
  expect(refuse(passed, { ms: 13_000, waitMs: null }).closing?.until).toBe(at(14_000));
});

test("refusals of one burst are one lesson", () => {
  const first = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000 });
  expect(refuse(first, { ms: 10_010, claimedMs: 9_990, waitMs: null })).toBe(first);
});

test.each(["daily_quota", "provider_down", "blocked_auth"] as const)(
  "%s says nothing about the rate",
  (reason) => {
    const { gate } = run(learningGate(), 0, 10_000);
    const closed = closeGate(gate, {
      now: at(10_000),
      claimedAt: at(9_900),
      reason,
      waitMs: null,
      detail: null,
      jobId: null,
    });
    expect(rate(closed)).toBe(rate(bookDraw(gate)));
  },
);

test("an operator's opening keeps what was learned", () => {
  const refused = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000, waitMs: 60_000 });
  expect(rate(openGate(refused, { now: at(11_000) }))).toBe(rate(refused));
});

test("new limits, configured or told, are better news than what was learned", () => {
  const refused = refuse(run(learningGate(), 0, 10_000).gate, { ms: 10_000 });
  expect(rate(changeLimits(refused, toGateLimits({ requestsPerMinute: 900, learn: true })))).toBeCloseTo(
    886.5,
  );
  const told = { requestsPerMinute: 500 };
  expect(rate(recordSuccess(refused, { now: at(12_000), claimedAt: at(11_500), told }))).toBeCloseTo(492.5);
});

import { expect, test } from "vitest";
import type { RunUsage } from "../job/attempt.js";
import { makeFailure } from "../job/failure.js";
import type { DeferredByProvider } from "../job/run-outcome.js";
import { makeJobId } from "../job-id.js";
import { addMs, toEpochMs } from "../time.js";
import { isProbing, newGate } from "./gate.js";
import { gateAfterRun, type PassedRun, usedTokens } from "./gate-after-run.js";
import { toGateKey } from "./gate-key.js";
import { toGateLimits } from "./gate-limits.js";

const start = toEpochMs(1_800_000_000_000);
const gate = newGate(toGateKey("model:acme:main:mt-2"), toGateLimits({}));
const run: PassedRun = {
  now: start,
  claimedAt: start,
  jobId: makeJobId(0, { fraction: () => 0.5 }),
  outcome: "handler_error",
  refused: null,
  usage: null,
  asked: true,
  told: null,
};
const down: DeferredByProvider = {
  type: "unavailable",
  waitMs: 4_000,
  gateKey: gate.key,
  failure: makeFailure("UnavailableError", "unavailable", "503, try later"),
};

test.each([
  [down, "provider_down", 4_000],
  [{ ...down, type: "rate_limited", scope: "minute" }, "rate_limited", 4_000],
  [{ ...down, type: "rate_limited", scope: "day", waitMs: null }, "daily_quota", 60_000],
  [{ type: "blocked", reason: "auth", gateKey: gate.key, failure: down.failure }, "blocked_auth", 60_000],
] as const)("what the provider refused closes its gate: %#", (refused, reason, waitMs) => {
  const { closing } = gateAfterRun(gate, { ...run, outcome: refused.type, refused });
  expect(closing).toEqual({
    reason,
    closedAt: start,
    until: addMs(start, waitMs),
    detail: "503, try later",
    jobId: run.jobId,
  });
});

test("a gate with a token budget learns what a call uses, however the run ended", () => {
  const budgeted = newGate(gate.key, toGateLimits({ tokensPerMinute: 60_000 }));
  const usage = {
    model: null,
    inputTokens: 700,
    cachedInputTokens: null,
    outputTokens: 50,
    costUsd: null,
  };
  expect(gateAfterRun(budgeted, { ...run, usage }).pacing.tokensPerCall).toBe(750);
});

test("a refusal that names another gate leaves this one alone", () => {
  const refused = { ...down, gateKey: toGateKey("task:translate") };
  expect(gateAfterRun(gate, { ...run, outcome: "unavailable", refused })).toBe(gate);
});

test.each([
  ["succeeded", true],
  ["output_invalid", true],
  ["handler_error", false],
  ["released", false],
] as const)("a probe that ended as %s opens the gate: %s", (outcome, opens) => {
  const closed = gateAfterRun(gate, { ...run, outcome: "unavailable", refused: down });
  const probe = { ...run, now: addMs(start, 5_000), claimedAt: addMs(start, 4_000), outcome };
  expect(gateAfterRun(closed, probe).closing === null).toBe(opens);
});

test("a success that asked nobody leaves a half-open gate half open, one that did opens it", () => {
  const closed = gateAfterRun(gate, { ...run, outcome: "unavailable", refused: down });
  const probe: PassedRun = {
    ...run,
    now: addMs(start, 5_000),
    claimedAt: addMs(start, 4_000),
    outcome: "succeeded",
  };
  expect(gateAfterRun(closed, { ...probe, asked: false })).toBe(closed);
  expect(isProbing(closed, probe.now)).toBe(true);
  expect(gateAfterRun(closed, probe).closing).toBeNull();
});

test("a run that asked nobody teaches a gate neither limits nor what a call uses", () => {
  const budgeted = newGate(gate.key, toGateLimits({ tokensPerMinute: 60_000 }));
  const usage: RunUsage = {
    model: null,
    inputTokens: 0,
    cachedInputTokens: null,
    outputTokens: 0,
    costUsd: "0",
  };
  const answered: PassedRun = { ...run, outcome: "succeeded", usage, told: { requestsPerMinute: 60 } };
  expect(gateAfterRun(budgeted, { ...answered, asked: false })).toBe(budgeted);
  expect(gateAfterRun(budgeted, answered).pacing).toMatchObject({
    tokensPerCall: 1,
    toldRequestsPerMinute: 60,
  });
});

test("a refusal closes its gate even if the run says that it asked nobody", () => {
  expect(gateAfterRun(gate, { ...run, asked: false, outcome: "unavailable", refused: down })).toEqual(
    gateAfterRun(gate, { ...run, outcome: "unavailable", refused: down }),
  );
});

test("tokens used are the input and output together, unknown only when both are", () => {
  const usage: RunUsage = {
    model: null,
    inputTokens: 700,
    cachedInputTokens: 100,
    outputTokens: 50,
    costUsd: null,
  };
  expect(usedTokens(usage)).toBe(750);
  expect(usedTokens({ ...usage, outputTokens: null })).toBe(700);
  expect(usedTokens({ ...usage, inputTokens: null })).toBe(50);
  expect(usedTokens({ ...usage, inputTokens: null, outputTokens: null })).toBeNull();
  expect(usedTokens(null)).toBeNull();
});

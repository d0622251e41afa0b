import {
  closeGate,
  type Gate,
  type GateLimits,
  modelGateKey,
  newGate,
  recordSuccess,
  reserve,
  settle,
  toEpochMs,
  toGateLimits,
} from "@sluice/core";
import type { Admission } from "./admission.js";
import type { Scenario } from "./scenario.js";

/** The gate as the product runs it: core's own functions on one row, whole milliseconds as every store keeps them. */
export function sluiceAdmission(
  scenario: Scenario,
  { configured }: { configured: boolean },
): Admission & { gate(): Gate } {
  let gate = newGate(
    modelGateKey({ provider: "simulated", account: "main", model: scenario.unit }),
    toGateLimits({ ...(configured ? knownLimits(scenario) : {}), learn: true }),
  );
  return {
    gate: () => gate,
    ask(time, want, inFlight) {
      const { granted, nextPermitAt, next } = reserve(gate, { now: instant(time), want, inFlight });
      if (granted > 0) gate = next;
      return { granted, askAgainAt: nextPermitAt };
    },
    refused(time, claimedAt, waitMs) {
      gate = closeGate(gate, {
        now: instant(time),
        claimedAt: instant(claimedAt),
        reason: "rate_limited",
        waitMs,
        detail: null,
        jobId: null,
      });
    },
    succeeded(time, claimedAt, usedTokens, told) {
      gate = settle(gate, { claimedAt: instant(claimedAt), usedTokens });
      gate = recordSuccess(gate, { now: instant(time), claimedAt: instant(claimedAt), told });
    },
  };
}

function knownLimits(scenario: Scenario): Partial<GateLimits> {
  const limit = Math.max(...scenario.limit.map(([, perMinute]) => perMinute));
  return scenario.unit === "tokens" ? { tokensPerMinute: limit } : { requestsPerMinute: limit };
}

function instant(time: number): ReturnType<typeof toEpochMs> {
  return toEpochMs(Math.floor(time));
}

/** Kinder than the 60 s of the manager that the product replaces. */
const NAIVE_WAIT_MS = 5_000;

/** What most job systems do: wait as long as the provider says, then everybody goes at once. */
export function naiveAdmission(): Admission {
  let pausedUntil = 0;
  return {
    ask: (now, want) =>
      now < pausedUntil ? { granted: 0, askAgainAt: pausedUntil } : { granted: want, askAgainAt: null },
    refused(now, _claimedAt, waitMs) {
      pausedUntil = Math.max(pausedUntil, now + (waitMs ?? NAIVE_WAIT_MS));
    },
    succeeded() {
      // A success tells it nothing.
    },
  };
}

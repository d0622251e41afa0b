import {
  type ClaimAnswer,
  newGate,
  noLimits,
  type ProcessingJob,
  taskGateKey,
  toEpochMs,
} from "@sluice/core";
import { expect, test } from "vitest";
import { createBudgetMeter } from "./budget-law.js";

const gate = newGate(taskGateKey("index"), { ...noLimits, requestsPerMinute: 60 });
const openedLater = { ...gate, epochAt: toEpochMs(1) };
const declared = new Map();

function claimOf(jobs: number): ClaimAnswer {
  const job = { taskType: "index" } as ProcessingJob; // all that the meter looks at
  return { jobs: Array.from({ length: jobs }, () => job), retryInMs: null };
}

function claimsAt(...claims: readonly (readonly [atMs: number, jobs: number, gates?: typeof gate])[]) {
  const meter = createBudgetMeter();
  return claims.flatMap(([atMs, jobs, seen = gate]) =>
    meter.checkClaim(claimOf(jobs), { gates: [seen], now: toEpochMs(atMs), declared }),
  );
}

test("one call a second is within 60 a minute, two at once are not", () => {
  expect(claimsAt([0, 1], [1_000, 1], [2_000, 1])).toEqual([]);
  expect(claimsAt([0, 2])).toEqual(["2 claims through task:index in 0 ms, of 1.01"]);
  expect(claimsAt([0, 1], [500, 1])).toEqual(["2 claims through task:index in 500 ms, of 1.51"]);
});

test("an opening lets one more pass", () => {
  expect(claimsAt([0, 1], [500, 1, openedLater])).toEqual([]);
});

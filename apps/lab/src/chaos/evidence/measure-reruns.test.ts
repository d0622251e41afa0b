import { type Attempt, makeJobId, toEpochMs } from "@sluice/core";
import { createSeededRandom } from "@sluice/runner/testing";
import type { ClaimCall } from "@sluice/testkit";
import { expect, test } from "vitest";
import { measureReruns } from "./measure-reruns.js";

const at = toEpochMs(1_800_000_000_000);
const jobId = makeJobId(at, createSeededRandom(1));

function claim(workerId: string, leaseNo: number, startedAt: number): ClaimCall {
  const job = {
    jobId,
    leaseNo,
    claimNonce: leaseNo,
    taskType: "t",
    attempts: 1,
    maxAttempts: 3,
    claimedAt: at,
  };
  return {
    type: "claim",
    startedAt,
    answeredAt: startedAt,
    asked: { workerId, claimNonce: leaseNo },
    answer: [job],
  };
}

const lost: Attempt = {
  jobId,
  leaseNo: 1,
  outcome: "lease_lost",
  workerId: "a",
  claimedAt: at,
  endedAt: at,
  failure: null,
  usage: null,
};

test("a rerun is measured from the kill to the next claim of the job", () => {
  const claims = [claim("a", 1, 100), claim("b", 3, 1_500), claim("c", 5, 9_000)];
  expect(measureReruns([{ workerId: "a", atMs: 400 }], claims, [lost])).toEqual([1_100]);
});

test("leases that were lost otherwise, and jobs that never ran again, are no reruns", () => {
  const claims = [claim("a", 1, 100), claim("b", 3, 1_500)];
  expect(measureReruns([{ workerId: "b", atMs: 400 }], claims, [lost])).toEqual([]);
  expect(measureReruns([{ workerId: "a", atMs: 400 }], claims.slice(0, 1), [lost])).toEqual([]);
  // The worker stood still, and was killed when others had taken over long ago.
  expect(measureReruns([{ workerId: "a", atMs: 5_000 }], claims, [lost])).toEqual([]);
});

import { type Attempt, makeJobId, toEpochMs } from "@sluice/core";
import { createSeededRandom } from "@sluice/runner/testing";
import type { ClaimCall } from "@sluice/testkit";
import { expect, test } from "vitest";
import { measureRecovery } from "./measure-recovery.js";

const at = toEpochMs(1_800_000_000_000);
const jobId = makeJobId(at, createSeededRandom(1));

function claim(workerId: string, leaseNo: number, afterMs: number): ClaimCall {
  const startedAt = at + afterMs;
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

/** Taken back so long after the beginning. */
const lostAfter = (ms: number): Attempt => ({
  jobId,
  leaseNo: 1,
  outcome: "lease_lost",
  workerId: "a",
  claimedAt: at,
  endedAt: toEpochMs(at + ms),
  failure: null,
  usage: null,
});

test("measured from the kill: when the lease was taken back, and when the job was claimed next", () => {
  const claims = [claim("a", 1, 100), claim("b", 3, 1_500), claim("c", 5, 9_000)];
  expect(measureRecovery([{ workerId: "a", atMs: at + 400 }], claims, [lostAfter(1_300)])).toEqual({
    readyMs: [900],
    rerunMs: [1_100],
  });
});

test("leases that were lost otherwise, and jobs that never ran again, do not count", () => {
  const claims = [claim("a", 1, 100), claim("b", 3, 1_500)];
  const nothing = { readyMs: [], rerunMs: [] };
  const lost = [lostAfter(1_300)];
  expect(measureRecovery([{ workerId: "b", atMs: at + 400 }], claims, lost)).toEqual(nothing);
  expect(measureRecovery([{ workerId: "a", atMs: at + 400 }], claims.slice(0, 1), lost)).toEqual(nothing);
  // The worker stood still, and was killed when others had taken over long ago.
  expect(measureRecovery([{ workerId: "a", atMs: at + 5_000 }], claims, lost)).toEqual(nothing);
});

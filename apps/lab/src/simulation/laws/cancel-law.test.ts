import type { JobId, ProcessingJob } from "@sluice/core";
import { expect, test } from "vitest";
import { createCancelLaw } from "./cancel-law.js";

const job = { id: "one" as JobId, status: "processing", leaseNo: 3 } as ProcessingJob; // all that is looked at
const untold = ["one was cancelled, and its handler does not know"];

function cancelAt(atMs: number) {
  const clock = { nowMs: atMs };
  const law = createCancelLaw(() => clock.nowMs);
  law.noteCancel(job);
  return {
    law,
    findAt(nowMs: number, now: ProcessingJob = job) {
      clock.nowMs = nowMs;
      return law.findUntold(new Map([[now.id, now]]));
    },
  };
}

test("a handler that is not told within two seconds is found", () => {
  const { findAt } = cancelAt(1_000);
  expect(findAt(2_999)).toEqual([]);
  expect(findAt(3_000)).toEqual(untold);
});

test("a handler that was told may take its time", () => {
  const { law, findAt } = cancelAt(1_000);
  law.hear({ type: "run-aborted", job, reason: "cancelled", durationMs: 0 });
  expect(findAt(60_000)).toEqual([]);
});

test("a job that is held under another lease by now was not asked to end", () => {
  const { findAt } = cancelAt(1_000);
  expect(findAt(2_000, { ...job, leaseNo: 5 })).toEqual([]);
  expect(findAt(60_000)).toEqual([]);
});

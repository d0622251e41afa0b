import { type Attempt, type FailedJob, type Job, makeJobId, newJob, toEpochMs } from "@sluice/core";
import { createSeededRandom } from "@sluice/runner/testing";
import type { HistoryEvent } from "@sluice/testkit";
import { expect, test } from "vitest";
import { type ChaosOutcome, isUnharmed, judge, quantile } from "./chaos-report.js";
import { reportTable, reportText } from "./show-report.js";

const random = createSeededRandom(1);
const at = toEpochMs(1_800_000_000_000);

/** One document, one job, one run that saved, as it should be. */
function goodOutcome(): ChaosOutcome {
  const id = makeJobId(at, random);
  const request = {
    id,
    taskType: "enrich",
    target: { type: "project_document", id: "chaos-0" },
    payload: {},
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 50,
    dedupe: null,
  };
  const base = newJob(request, at);
  const { dueAt: _dueAt, ...job } = base;
  const attempt: Attempt = {
    jobId: id,
    leaseNo: 1,
    outcome: "succeeded",
    workerId: "worker-a",
    claimedAt: at,
    endedAt: at,
    failure: null,
    usage: null,
  };
  return {
    seed: 1,
    maxAttempts: 50,
    kills: 10,
    restarts: 1,
    fallen: 0,
    acknowledged: [id],
    events: [
      {
        type: "enqueue",
        startedAt: 1,
        answeredAt: 2,
        asked: { ids: [id], inTransaction: false },
        answer: [{ id, outcome: "created" }],
      },
    ],
    final: {
      jobs: [{ ...job, status: "completed", attempts: 1, leaseNo: 2, finishedAt: at, result: null }],
      attempts: [attempt],
    },
    evidence: {
      storedPaidAgain: 0,
      claims: [],
      saves: [{ targetId: "chaos-0", run: { jobId: id, leaseNo: 1 } }],
    },
    book: [{ calls: 1, answered: 1, garbled: 0 }],
    recovery: { readyMs: [], rerunMs: [] },
  };
}

/** The same, but that its job came to no result; `garbled`: how often the provider answered nonsense. */
function endedAs(
  end: { readonly status: FailedJob["status"]; readonly code: string } | { readonly status: "cancelled" },
  garbled = 0,
): ChaosOutcome {
  const good = goodOutcome();
  const [job] = good.final.jobs;
  if (job === undefined) throw new Error("the good outcome has a job");
  const base = { ...job, finishedAt: at };
  const ended: Job =
    "code" in end
      ? {
          ...base,
          status: end.status,
          lastFailure: { name: "E", code: end.code, message: "m", attempt: 1, at },
        }
      : { ...base, status: "cancelled" };
  const outcome = "code" in end ? "permanent" : "cancelled";
  return {
    ...good,
    final: { jobs: [ended], attempts: good.final.attempts.map((attempt) => ({ ...attempt, outcome })) },
    evidence: { storedPaidAgain: 0, claims: [], saves: [] },
    book: [{ calls: 2, answered: 0, garbled }],
  };
}

test("a run in which every job was done once is unharmed", () => {
  const report = judge(goodOutcome());
  expect(report).toMatchObject({ jobs: 1, kills: 10, restarts: 1, lost: 0, committedTwice: 0, paidTwice: 0 });
  expect(report.violations).toEqual([]);
  expect(isUnharmed(report)).toBe(true);
});

test("a job that was promised and is not there is lost", () => {
  const good = goodOutcome();
  const report = judge({
    ...good,
    final: { jobs: [], attempts: [] },
    evidence: { storedPaidAgain: 0, claims: [], saves: [] },
  });
  expect(report.lost).toBe(1);
  expect(isUnharmed(report)).toBe(false);
});

test("a result that was saved twice is found, whoever saved it", () => {
  const good = goodOutcome();
  const [save] = good.evidence.saves;
  if (save === undefined) throw new Error("the good outcome has a save");
  const twice = judge({ ...good, evidence: { storedPaidAgain: 0, claims: [], saves: [save, save] } });
  expect(twice.committedTwice).toBe(1);
  expect(isUnharmed(twice)).toBe(false);
  const bySomebody = judge({
    ...good,
    evidence: { storedPaidAgain: 0, claims: [], saves: [save, { ...save, run: null }] },
  });
  expect(bySomebody.committedTwice).toBe(1);
});

test("a completed job without a result is a violation", () => {
  const report = judge({ ...goodOutcome(), evidence: { storedPaidAgain: 0, claims: [], saves: [] } });
  expect(report.violations.map(({ message }) => message)).toContain(
    "is completed, and its result is not there",
  );
});

test("a run in which a job failed for nothing that was done to it is harmed", () => {
  for (const [status, code] of [
    ["failed_ai", "bad_request"],
    ["failed_ai", "transient"],
    ["failed_payload_parsing", "payload_invalid"],
    ["failed_job_logic", "lease_lost"],
    ["failed_job_logic", "output_invalid"],
  ] as const) {
    const report = judge(endedAs({ status, code }, 2));
    expect(report).toMatchObject({ lost: 0, statuses: { completed: 0, [status]: 1 } });
    expect(report.violations).toMatchObject([{ invariant: "explained-end" }]);
    expect(isUnharmed(report)).toBe(false);
  }
});

test("a job may fail for nonsense if the provider answered some", () => {
  const end = { status: "failed_ai", code: "output_invalid" } as const;
  expect(judge(endedAs(end, 2)).violations).toEqual([]);
  expect(judge(endedAs(end, 0)).violations).toMatchObject([{ invariant: "explained-end" }]);
});

test("a job may be cancelled if an operator asked for it, whatever was answered", () => {
  const cancelled = endedAs({ status: "cancelled" });
  const cancels = cancelled.acknowledged.map(
    (jobId): HistoryEvent => ({
      type: "cancel",
      startedAt: 3,
      answeredAt: null,
      asked: { jobId },
      answer: null,
    }),
  );
  expect(judge({ ...cancelled, events: [...cancelled.events, ...cancels] }).violations).toEqual([]);
  expect(judge(cancelled).violations).toMatchObject([{ invariant: "explained-end" }]);
});

test("the text and the table tell how all jobs ended, and how many attempts each had", () => {
  const report = judge(endedAs({ status: "failed_ai", code: "bad_request" }));
  const text = reportText(report);
  expect(text).toContain("jobs, of 50 attempts each: 1\nof them completed: 0\nof them failed_ai: 1\n");
  expect(text).toContain("jobs failed or cancelled without a cause in this run: 1");
  const table = reportTable(report, { workers: 4, takenAt: new Date(0) });
  expect(table).toMatch(/\| of them completed +\| +0 \|\n\| of them failed_ai +\| +1 \|/);
});

test("each good answer beyond the first to one question was paid twice; that is shown, and no violation", () => {
  const report = judge({
    ...goodOutcome(),
    book: [
      { calls: 4, answered: 3, garbled: 1 },
      { calls: 2, answered: 0, garbled: 2 },
      { calls: 1, answered: 1, garbled: 0 },
    ],
  });
  expect(report.paidTwice).toBe(2);
  expect(isUnharmed(report)).toBe(true);
});

test("calls that were noted when their answer was stored are shown, and no violation", () => {
  const good = goodOutcome();
  const report = judge({ ...good, evidence: { ...good.evidence, storedPaidAgain: 1 } });
  expect(report.storedPaidAgain).toBe(1);
  expect(isUnharmed(report)).toBe(true);
});

test("quantiles are values that were measured", () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([30, 10, 20], 0.5)).toBe(20);
  expect(quantile([30, 10, 20], 0.95)).toBe(30);
  expect(quantile([7], 0.5)).toBe(7);
});

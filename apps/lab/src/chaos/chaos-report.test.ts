import { type Attempt, makeJobId, newJob, toEpochMs } from "@sluice/core";
import { createSeededRandom } from "@sluice/runner/testing";
import { expect, test } from "vitest";
import { type ChaosOutcome, isUnharmed, judge, quantile } from "./chaos-report.js";

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
    maxAttempts: 3,
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
    evidence: { claims: [], saves: [{ targetId: "chaos-0", run: { jobId: id, leaseNo: 1 } }] },
    book: [{ calls: 1, answered: 1 }],
    recovery: { readyMs: [], rerunMs: [] },
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
    evidence: { claims: [], saves: [] },
  });
  expect(report.lost).toBe(1);
  expect(isUnharmed(report)).toBe(false);
});

test("a result that was saved twice is found, whoever saved it", () => {
  const good = goodOutcome();
  const [save] = good.evidence.saves;
  if (save === undefined) throw new Error("the good outcome has a save");
  const twice = judge({ ...good, evidence: { claims: [], saves: [save, save] } });
  expect(twice.committedTwice).toBe(1);
  expect(isUnharmed(twice)).toBe(false);
  const bySomebody = judge({ ...good, evidence: { claims: [], saves: [save, { ...save, run: null }] } });
  expect(bySomebody.committedTwice).toBe(1);
});

test("a completed job without a result is a violation", () => {
  const report = judge({ ...goodOutcome(), evidence: { claims: [], saves: [] } });
  expect(report.violations.map(({ message }) => message)).toContain(
    "is completed, and its result is not there",
  );
});

test("each good answer beyond the first to one question was paid twice; that is shown, and no violation", () => {
  const report = judge({
    ...goodOutcome(),
    book: [
      { calls: 4, answered: 3 },
      { calls: 2, answered: 0 },
      { calls: 1, answered: 1 },
    ],
  });
  expect(report.paidTwice).toBe(2);
  expect(isUnharmed(report)).toBe(true);
});

test("quantiles are values that were measured", () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([30, 10, 20], 0.5)).toBe(20);
  expect(quantile([30, 10, 20], 0.95)).toBe(30);
  expect(quantile([7], 0.5)).toBe(7);
});

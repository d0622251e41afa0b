import { expect, test } from "vitest";
import { claim, outcomes, run } from "../../test/sample-jobs.js";
import { type JobId, makeJobId } from "../job-id.js";
import type { NewJob } from "../ports/new-job.js";
import { addMs, toEpochMs } from "../time.js";
import { compareClaimOrder, isReady } from "./claim-order.js";
import { newJob } from "./decide-enqueue.js";

const now = toEpochMs(1_800_000_000_000);
const idOf = (fraction: number): JobId => makeJobId(0, { fraction: () => fraction });

function waiting(changes: Partial<NewJob> = {}) {
  const request: NewJob = {
    id: idOf(0.5),
    taskType: "translate",
    target: null,
    payload: null,
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
    ...changes,
  };
  return newJob(request, now);
}

test("priority decides before the due time, the due time before the id", () => {
  const first = waiting({ priority: -1, due: { inMs: 500 }, id: idOf(0.9) });
  const second = waiting({ due: { inMs: -5 }, id: idOf(0.9) });
  const third = waiting({ id: idOf(0.1) });
  const fourth = waiting({ id: idOf(0.2) });
  const inOrder = [first, second, third, fourth];
  expect([fourth, second, third, first].sort(compareClaimOrder)).toEqual(inOrder);
  for (const [index, job] of inOrder.entries())
    for (const later of inOrder.slice(index + 1))
      expect([compareClaimOrder(job, later) < 0, compareClaimOrder(later, job) > 0]).toEqual([true, true]);
});

test("a job is ready from its due time until its deadline", () => {
  const job = waiting({ due: { inMs: 100 }, deadline: { inMs: 200 } });
  const readyAt = [99, 100, 199, 200].map((ms) => isReady(job, addMs(now, ms)));
  expect(readyAt).toEqual([false, true, true, false]);
});

test("a job without a deadline stays ready", () => {
  expect(isReady(waiting(), addMs(now, 86_400_000))).toBe(true);
});

test("a job that runs, or has ended, is not ready", () => {
  expect(isReady(claim(waiting()), now)).toBe(false);
  expect(isReady(run(waiting(), outcomes.transient), addMs(now, 86_400_000))).toBe(true);
  expect(isReady(run(waiting(), outcomes.succeeded), now)).toBe(false);
});

import { describe, expect, test } from "vitest";
import {
  askedToRerun,
  at,
  claim,
  outcomes,
  pendingJob,
  replacement,
  request,
  run,
  start,
} from "../../test/sample-jobs.js";
import { decideEnqueue, newJob, successorOf, toReplacement } from "./decide-enqueue.js";

describe("a request for a key", () => {
  const waiting = pendingJob();
  const retrying = run(waiting, outcomes.transient);
  const running = claim(waiting);

  test.each([
    ["keep", null, "created"],
    ["replace", null, "created"],
    ["rerun", null, "created"],
    ["keep", waiting, "kept"],
    ["replace", waiting, "replaced"],
    ["rerun", waiting, "replaced"],
    ["keep", running, "kept"],
    ["replace", running, "rerun"],
    ["rerun", running, "rerun"],
  ] as const)("that says %s to %o comes to %s", (mode, live, outcome) => {
    expect(decideEnqueue(live, mode)).toBe(outcome);
  });

  test("treats every way of waiting alike", () => {
    if (retrying.status !== "retry_ai") throw new Error(retrying.status);
    expect(decideEnqueue(retrying, "rerun")).toBe("replaced");
  });
});

describe("a new job", () => {
  test("has run nothing yet", () => {
    expect(newJob(request, start)).toEqual({
      status: "pending",
      id: request.id,
      taskType: "translate",
      target: { type: "article", id: "a1" },
      payload: { lang: "de" },
      priority: 0,
      dedupeKey: "a1",
      createdAt: start,
      dueAt: start,
      deadlineAt: null,
      attempts: 0,
      maxAttempts: 3,
      deferrals: 0,
      deferralClock: { spentMs: 0, runningSinceAt: null },
      invalidOutputs: 0,
      leaseNo: 0,
      retriedAtLeaseNo: 0,
      lastFailure: null,
    });
  });

  test("is due, and late, after a while or at an instant", () => {
    const later = newJob({ ...request, due: { inMs: 5 }, deadline: { inMs: 9 }, dedupe: null }, start);
    expect(later).toMatchObject({ dueAt: at(5), deadlineAt: at(9), dedupeKey: null });
    expect(newJob({ ...request, due: { at: at(-5) }, deadline: { at: at(99) } }, start)).toMatchObject({
      dueAt: at(-5),
      deadlineAt: at(99),
    });
  });
});

describe("a replacement", () => {
  test("is never due before now", () => {
    expect(toReplacement({ ...request, due: { at: at(-5) }, deadline: { at: at(-3) } }, start)).toEqual({
      id: request.id,
      payload: { lang: "de" },
      priority: 0,
      maxAttempts: 3,
      due: { inMs: 0 },
      deadline: { at: at(-3) },
    });
    expect(toReplacement({ ...request, due: { inMs: 5 } }, start)).toMatchObject({
      due: { inMs: 5 },
      deadline: null,
    });
  });
});

describe("a successor", () => {
  const ended = askedToRerun(claim(pendingJob()));

  test("is the latest request under the old type, target and key", () => {
    expect(successorOf(ended, replacement)).toEqual({
      ...request,
      id: replacement.id,
      payload: { lang: "fr" },
      priority: -5,
      maxAttempts: 9,
      due: { inMs: 7_000 },
      deadline: { inMs: 60_000 },
    });
  });

  test("has no key if there was none, and no deadline if none was asked for", () => {
    const successor = successorOf({ ...ended, dedupeKey: null }, { ...replacement, deadline: null });
    expect(successor).toMatchObject({ dedupe: null, deadline: null });
  });

  test("made into a job, it is what the request would have made", () => {
    const { id, payload, priority, maxAttempts } = replacement;
    const direct = {
      ...request,
      id,
      payload,
      priority,
      maxAttempts,
      due: { inMs: 7_000 },
      deadline: { inMs: 60_000 },
    };
    expect(newJob(successorOf(ended, toReplacement(direct, start)), start)).toEqual(newJob(direct, start));
  });
});

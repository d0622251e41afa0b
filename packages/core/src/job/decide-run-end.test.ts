import { describe, expect, test } from "vitest";
import {
  after,
  askedToCancel,
  askedToRerun,
  at,
  claim,
  decide,
  failure,
  outcomes,
  pendingJob,
  replacement,
  run,
  runEnded,
} from "../../test/sample-jobs.js";
import type { Job, ProcessingJob } from "./job.js";
import type { JobStatus } from "./job-status.js";
import { type RunOutcome, type RunOutcomeType, runOutcomeTypes } from "./run-outcome.js";

const HOUR_MS = 3_600_000;

/** A run of a job that has `attempts` attempts, this one included. */
function running({ attempts = 1, maxAttempts = 3, deadlineMs = null as number | null } = {}): ProcessingJob {
  const deadline = deadlineMs === null ? null : { inMs: deadlineMs };
  return { ...claim(pendingJob({ maxAttempts, deadline })), attempts };
}

function ended(job: ProcessingJob, outcome: RunOutcome, run?: { elapsedMs?: number; jitter?: number }) {
  return decide(job, runEnded(job, outcome, run));
}

// The table of the design: where a run with attempts left leads, where the last one leads, and what is counted.
const table: readonly [RunOutcomeType, JobStatus, JobStatus, { attempts: number; deferrals: number }][] = [
  ["succeeded", "completed", "completed", { attempts: 1, deferrals: 0 }],
  ["rate_limited", "rate_limited", "rate_limited", { attempts: 0, deferrals: 1 }],
  ["unavailable", "rate_limited", "rate_limited", { attempts: 0, deferrals: 1 }],
  ["blocked", "rate_limited", "rate_limited", { attempts: 0, deferrals: 1 }],
  ["transient", "retry_ai", "failed_ai", { attempts: 1, deferrals: 0 }],
  ["timeout", "retry_ai", "failed_ai", { attempts: 1, deferrals: 0 }],
  ["handler_error", "retry_ai", "failed_ai", { attempts: 1, deferrals: 0 }],
  ["output_invalid", "retry_ai", "failed_ai", { attempts: 1, deferrals: 0 }],
  ["permanent", "failed_ai", "failed_ai", { attempts: 1, deferrals: 0 }],
  ["payload_invalid", "failed_payload_parsing", "failed_payload_parsing", { attempts: 1, deferrals: 0 }],
  ["unroutable", "failed_job_logic", "failed_job_logic", { attempts: 1, deferrals: 0 }],
  ["lease_lost", "retry_ai", "failed_job_logic", { attempts: 1, deferrals: 0 }],
  ["superseded", "pending", "pending", { attempts: 0, deferrals: 1 }],
  ["released", "pending", "pending", { attempts: 0, deferrals: 0 }],
  ["cancelled", "cancelled", "cancelled", { attempts: 1, deferrals: 0 }],
];

test("the table below has every outcome", () => {
  expect(table.map(([type]) => type).toSorted()).toEqual([...runOutcomeTypes].toSorted());
});

test("a target that changed while the job ran is taken up again at once, then ever later", () => {
  const due = (deferrals: number) => {
    const { next } = ended({ ...running(), deferrals }, outcomes.superseded, { jitter: 0.5 });
    return "due" in next ? next.due : null;
  };
  expect([0, 1, 2, 3, 50].map(due)).toEqual([0, 1_000, 2_000, 4_000, 300_000].map((inMs) => ({ inMs })));
});

describe.each(table)("%s", (type, first, last, counted) => {
  test(`leads to ${first}, on the last attempt to ${last}`, () => {
    expect(ended(running(), outcomes[type]).next.status).toBe(first);
    expect(ended(running({ maxAttempts: 1 }), outcomes[type]).next.status).toBe(last);
  });

  test(`leaves ${counted.attempts} attempts and ${counted.deferrals} deferrals`, () => {
    expect(ended(running(), outcomes[type]).next).toMatchObject(counted);
  });

  test("ends the lease and is kept in the ledger", () => {
    const { next, effects } = ended(running(), outcomes[type]);
    expect(next.leaseNo).toBe(2);
    const why = "failure" in outcomes[type] ? failure : null;
    expect(effects[0]).toEqual({ type: "record-attempt", leaseNo: 1, outcome: type, failure: why });
  });

  test("sets the target's status", () => {
    const { next, effects } = ended(running(), outcomes[type]);
    const set = { type: "set-target-status", target: { type: "article", id: "a1" }, status: next.status };
    expect(effects.filter((effect) => effect.type === "set-target-status")).toEqual([set]);
  });

  test("of a job that is being cancelled ends it, unless it succeeded", () => {
    const { next, effects } = ended(askedToCancel(running()), outcomes[type]);
    expect(next.status).toBe(type === "succeeded" ? "completed" : "cancelled");
    expect(next.attempts).toBe(1);
    expect(effects[0]).toMatchObject({ outcome: type === "succeeded" ? "succeeded" : "cancelled" });
  });
});

describe("the gate", () => {
  test.each(["rate_limited", "unavailable", "blocked"] as const)(
    "closes after %s, and is written last",
    (type) => {
      const because = outcomes[type];
      expect(ended(running(), because).effects.at(-1)).toEqual({ type: "close-gate", because });
    },
  );

  test("closes even if the job is being cancelled: the provider's answer concerns everyone", () => {
    expect(ended(askedToCancel(running()), outcomes.rate_limited).effects).toContainEqual({
      type: "close-gate",
      because: outcomes.rate_limited,
    });
  });

  test("stays as it is after anything else", () => {
    for (const type of runOutcomeTypes) {
      if (["rate_limited", "unavailable", "blocked"].includes(type)) continue;
      const types = ended(running(), outcomes[type]).effects.map((effect) => effect.type);
      expect(types).not.toContain("close-gate");
    }
  });
});

describe("the next attempt", () => {
  const waitOf = (outcome: RunOutcome, attempts: number, jitter: number) => {
    const { next } = ended(running({ attempts, maxAttempts: 9 }), outcome, { jitter });
    return next.status === "retry_ai" ? next.due : null;
  };

  test("waits a random share of a ceiling that doubles", () => {
    expect(waitOf(outcomes.transient, 1, 0)).toEqual({ inMs: 0 });
    expect(waitOf(outcomes.transient, 1, 0.999)).toEqual({ inMs: 1_998 });
    expect(waitOf(outcomes.transient, 4, 0.5)).toEqual({ inMs: 8_000 });
  });

  test("waits at least as long as somebody said, in whole milliseconds", () => {
    expect(waitOf({ ...outcomes.transient, waitMs: 30_000.2 }, 1, 0.5)).toEqual({ inMs: 30_001 });
    expect(waitOf({ ...outcomes.transient, waitMs: 5 }, 1, 0.5)).toEqual({ inMs: 1_000 });
  });

  test("waits a day at most, whatever somebody said: no store can hold an instant in a million years", () => {
    expect(waitOf({ ...outcomes.transient, waitMs: 1e300 }, 1, 0.5)).toEqual({ inMs: 24 * HOUR_MS });
  });

  test("comes at once after an answer that cannot be used, and after a lost lease", () => {
    expect(waitOf(outcomes.output_invalid, 1, 0.5)).toEqual({ inMs: 0 });
    expect(waitOf(outcomes.lease_lost, 1, 0.5)).toEqual({ inMs: 0 });
  });

  test("does not come after the second answer that cannot be used, even if other attempts lie between", () => {
    let job: Job = run(pendingJob({ maxAttempts: 9 }), outcomes.output_invalid);
    job = run(run(job, outcomes.transient), outcomes.rate_limited);
    expect(run(job, outcomes.output_invalid)).toMatchObject({ status: "failed_ai", attempts: 3 });
  });
});

describe("a job that is given back", () => {
  test("keeps its place when nobody put it off", () => {
    const job = claim(pendingJob({ due: { at: at(-5_000) } }));
    const released = after(job, runEnded(job, outcomes.released), at(2_000));
    expect(released).toMatchObject({ status: "pending", dueAt: at(-5_000), lastFailure: null });
  });

  test("goes behind the others when the provider put it off", () => {
    const job = claim(pendingJob({ due: { at: at(-5_000) } }));
    expect(after(job, runEnded(job, outcomes.rate_limited), at(2_000))).toMatchObject({ dueAt: at(2_000) });
  });

  test("remembers why", () => {
    const job = run(pendingJob(), outcomes.rate_limited, at(3));
    expect(job.lastFailure).toEqual({ ...failure, attempt: 1, at: at(3) });
    expect(run(job, outcomes.released).lastFailure).toEqual(job.lastFailure);
  });
});

describe("the deferral clock", () => {
  const day = { ...outcomes.rate_limited, scope: "day" } as const;

  /** Ends one run after another, so many hours after the start of the first. */
  function lifeOf(...runs: readonly (readonly [atHours: number, outcome: RunOutcome])[]): Job {
    const job = pendingJob({ maxAttempts: 99 });
    return runs.reduce<Job>((before, [hours, outcome]) => run(before, outcome, at(hours * HOUR_MS)), job);
  }

  test.each([
    ["rate limits", outcomes.rate_limited],
    ["changes of the target", outcomes.superseded],
  ])("counts %s in a row, up to 24 h", (_, outcome) => {
    expect(lifeOf([0, outcome], [12, outcome], [24, outcome]).status).not.toBe("failed_ai");
    expect(lifeOf([0, outcome], [12, outcome], [24.1, outcome])).toMatchObject({
      status: "failed_ai",
      deferrals: 3,
      attempts: 0,
      lastFailure: {
        code: "deferred_too_long",
        message: "put off for more than 24.0 h in a row; last: it broke",
      },
    });
  });

  test.each([
    ["daily quotas", day],
    ["outages", outcomes.unavailable],
    ["blocked keys", outcomes.blocked],
  ])("does not run during %s", (_, outcome) => {
    expect(lifeOf([0, outcome], [100, outcome], [200, outcome]).status).toBe("rate_limited");
    const later = lifeOf([0, outcomes.rate_limited], [20, outcome], [100, outcomes.rate_limited]);
    expect(later.deferralClock).toEqual({ spentMs: 20 * HOUR_MS, runningSinceAt: at(100 * HOUR_MS) });
    expect(run(later, outcomes.rate_limited, at(105 * HOUR_MS)).status).toBe("failed_ai");
  });

  test.each(["transient", "output_invalid", "lease_lost"] as const)("begins anew after %s", (type) => {
    const job = lifeOf([0, outcomes.rate_limited], [20, outcomes[type]], [40, outcomes.rate_limited]);
    expect(job.deferralClock).toEqual({ spentMs: 0, runningSinceAt: at(40 * HOUR_MS) });
  });

  test("runs on when the job is given back unharmed", () => {
    const job = lifeOf([0, outcomes.rate_limited], [1, outcomes.released]);
    expect(job.deferralClock).toEqual({ spentMs: 0, runningSinceAt: at(0) });
  });

  test("never runs backwards, and counts whole milliseconds", () => {
    const first = run(pendingJob(), outcomes.rate_limited, at(1_000));
    const second = claim(first, { now: at(900) });
    const { next } = ended(second, outcomes.rate_limited, { elapsedMs: 50.4 });
    expect(next.deferralClock).toEqual({ spentMs: 0, runs: true });
    const third = claim(first, { now: at(2_000) });
    expect(ended(third, outcomes.rate_limited, { elapsedMs: 50.4 }).next.deferralClock).toEqual({
      spentMs: 1_050,
      runs: true,
    });
  });
});

describe("a deadline", () => {
  test.each([
    "transient",
    "rate_limited",
    "unavailable",
    "blocked",
    "superseded",
    "released",
    "lease_lost",
  ] as const)("holds after %s", (type) => {
    const { next } = ended(running({ deadlineMs: 1_000 }), outcomes[type], { elapsedMs: 1_000 });
    expect(next).toMatchObject({
      status: "failed_ai",
      failure: {
        name: "DeadlinePassed",
        code: "deadline_passed",
        message: "the job's deadline passed while it ran",
      },
    });
  });

  test("does not undo a success, nor hide why a job failed", () => {
    const job = running({ deadlineMs: 1_000 });
    expect(ended(job, outcomes.succeeded, { elapsedMs: 9_000 }).next.status).toBe("completed");
    expect(ended(job, outcomes.permanent, { elapsedMs: 9_000 }).next).toMatchObject({ failure });
  });

  test("that lies ahead is kept", () => {
    const { next } = ended(running({ deadlineMs: 1_001 }), outcomes.transient, { elapsedMs: 1_000 });
    expect(next).toMatchObject({ status: "retry_ai", deadline: "kept" });
  });
});

describe("a request to run again", () => {
  const job = askedToRerun(running());

  test.each(["succeeded", "permanent", "payload_invalid", "unroutable"] as const)(
    "makes a successor when the run ends the job as %s",
    (type) => {
      expect(ended(job, outcomes[type], { elapsedMs: 1_000 }).effects).toContainEqual({
        type: "create-successor",
        request: { ...replacement, due: { at: at(7_000) }, deadline: { at: at(60_000) } },
      });
    },
  );

  test("makes one, too, when the attempts are used up and when the deadline passed", () => {
    const last = askedToRerun(running({ maxAttempts: 1 }));
    const late = askedToRerun(running({ deadlineMs: 500 }));
    for (const end of [
      ended(last, outcomes.transient),
      ended(last, outcomes.lease_lost),
      ended(late, outcomes.released),
    ])
      expect(end.effects).toContainEqual(expect.objectContaining({ type: "create-successor" }));
  });

  test.each(["transient", "rate_limited", "superseded", "released", "lease_lost"] as const)(
    "gives the job the latest request, due when that said, however late the end is committed, after %s",
    (type) => {
      const end = ended(job, outcomes[type], { elapsedMs: 1_000 });
      expect(end.effects.map((effect) => effect.type)).not.toContain("create-successor");
      expect(after(job, runEnded(job, outcomes[type], { elapsedMs: 1_000 }), at(6_500))).toMatchObject({
        payload: { lang: "fr" },
        priority: -5,
        dueAt: at(7_000),
        deadlineAt: at(60_000),
        maxAttempts: 3,
      });
    },
  );

  test("without a deadline makes a successor without one", () => {
    const open = askedToRerun(running(), { ...replacement, deadline: null });
    expect(ended(open, outcomes.succeeded).effects.at(-1)).toMatchObject({ request: { deadline: null } });
  });

  test("that was due long ago is due now", () => {
    const { effects } = ended(job, outcomes.succeeded, { elapsedMs: 9_000 });
    expect(effects.at(-1)).toMatchObject({ request: { due: { inMs: 0 } } });
  });

  test("outlives a request to cancel that came before it", () => {
    const cancelled = ended({ ...job, cancelRequestedAt: at(10) }, outcomes.transient);
    expect(cancelled.next.status).toBe("cancelled");
    expect(cancelled.effects).toContainEqual(expect.objectContaining({ type: "create-successor" }));
  });
});

test("what is not about a target tells no target", () => {
  const job = claim(pendingJob({ target: null }));
  expect(ended(job, outcomes.rate_limited).effects.map((effect) => effect.type)).toEqual([
    "record-attempt",
    "close-gate",
  ]);
});

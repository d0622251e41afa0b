import fc from "fast-check";
import { expect, test } from "vitest";
import { type Step, someLife } from "../../test/lives.js";
import type { Job } from "./job.js";
import type { JobEffect } from "./job-decision.js";
import { isTerminalStatus, isWaitingStatus } from "./job-status.js";
import { isDeferral, usesAttempt } from "./run-outcome.js";
import { transitionJob } from "./transition-job.js";
import { transitionTable } from "./transition-table.js";

/** Holds the law for each step of many lives. */
function holdAtEachStep(law: (step: Step, index: number, life: readonly Step[]) => void): void {
  fc.assert(fc.property(someLife, ({ steps }) => steps.forEach(law)));
}

function effectsOf({ decision }: Step): readonly JobEffect[] {
  return decision.outcome === "accepted" ? decision.effects : [];
}

function endOfRun(step: Step): Extract<JobEffect, { type: "record-attempt" }> | undefined {
  return effectsOf(step).find((effect) => effect.type === "record-attempt");
}

test("lives are worth looking at: long, and with every outcome, event and status in them", () => {
  const lives = fc.sample(someLife, { numRuns: 300, seed: 1 });
  const steps = lives.flatMap((life) => life.steps).filter((step) => step.decision.outcome === "accepted");
  expect(steps.length).toBeGreaterThan(2_000);
  expect(new Set(steps.map((step) => step.event.type)).size).toBe(9);
  expect(new Set(steps.map((step) => step.after.status)).size).toBe(9);
  expect(new Set(steps.flatMap((step) => endOfRun(step)?.outcome ?? [])).size).toBe(15);
  expect(Math.max(...steps.map((step) => step.after.leaseNo))).toBeGreaterThan(20);
});

test("every accepted event is in the transition table", () => {
  holdAtEachStep(({ before, event, after, decision }) => {
    if (decision.outcome === "accepted")
      expect(transitionTable[before.status][event.type]).toContain(after.status);
  });
});

test("a terminal status is left by a retry only, completed never", () => {
  holdAtEachStep(({ before, event, after }) => {
    if (!isTerminalStatus(before.status) || after === before) return;
    expect(event.type).toBe("retry-requested");
    expect(before.status).not.toBe("completed");
  });
});

test("0 <= attempts <= maxAttempts", () => {
  holdAtEachStep(({ after }) => {
    expect(after.attempts).toBeGreaterThanOrEqual(0);
    expect(after.attempts).toBeLessThanOrEqual(after.maxAttempts);
  });
});

test("a run is ended by the holder of the current lease, and by nobody else", () => {
  holdAtEachStep(({ before, event, decision }) => {
    if (event.type !== "run-ended") return;
    const holds =
      before.status === "processing" &&
      before.leaseNo === event.leaseNo &&
      before.lease.claimNonce === event.claimNonce;
    expect(decision.outcome).toBe(holds ? "accepted" : "rejected");
  });
});

test("a claim and a deferral leave the attempts as they were", () => {
  holdAtEachStep((step, index, life) => {
    const outcome = endOfRun(step)?.outcome;
    if (outcome === undefined || usesAttempt[outcome]) return;
    const claimed = life
      .slice(0, index)
      .findLast(({ event, after, before }) => event.type === "claimed" && after !== before);
    expect(step.after.attempts).toBe(claimed?.before.attempts);
  });
});

test("the lease number grows by one at every change of ownership, and at nothing else", () => {
  holdAtEachStep(({ before, event, after }) => {
    const owned = (job: Job) => job.status === "processing";
    const changed = owned(before) !== owned(after) || (event.type === "retry-requested" && after !== before);
    expect(after.leaseNo).toBe(before.leaseNo + (changed ? 1 : 0));
  });
});

test("no lease number is used twice", () => {
  fc.assert(
    fc.property(someLife, ({ steps }) => {
      const leases = steps.flatMap(({ before, after }) =>
        before.status !== "processing" && after.status === "processing" ? [after.leaseNo] : [],
      );
      expect(new Set(leases).size).toBe(leases.length);
    }),
  );
});

test("the same input gives the same decision", () => {
  fc.assert(
    fc.property(someLife, ({ policy, steps }) => {
      for (const { before, event, decision } of steps)
        expect(transitionJob(copy(before), copy(event), policy)).toEqual(decision);
    }),
    { numRuns: 50 },
  );
});

function copy<Data>(data: Data): Data {
  return JSON.parse(JSON.stringify(data));
}

test("jobs and decisions are plain data: nothing is lost in JSON", () => {
  holdAtEachStep(({ after, decision }) => {
    const both = { after, decision };
    expect(copy(both)).toStrictEqual(both);
  });
});

test("instants, durations and counters are whole numbers, which every store can hold", () => {
  holdAtEachStep(({ after, decision }) => {
    const next = decision.outcome === "accepted" ? decision.next : null;
    expect(numbersIn([after, next]).filter((number) => !Number.isSafeInteger(number))).toEqual([]);
  });
});

function numbersIn(data: unknown): unknown[] {
  if (typeof data === "object" && data !== null) return Object.values(data).flatMap(numbersIn);
  return typeof data === "number" ? [data] : [];
}

test("no waiting job is stuck: it has an attempt left, a due time, and can be claimed", () => {
  holdAtEachStep(({ after }) => {
    if (!("dueAt" in after) || !isWaitingStatus(after.status)) return;
    expect(after.attempts).toBeLessThan(after.maxAttempts);
    expect(Number.isFinite(after.dueAt)).toBe(true);
    const claimed = { type: "claimed", workerId: "w", claimNonce: 1, leaseMs: 1 } as const;
    const policy = { backoff: { baseMs: 1, maxMs: 1 }, maxDeferredMs: 1 };
    expect(transitionJob(after, claimed, policy).outcome).toBe("accepted");
  });
});

test("attempts and deferrals equal the ledger since the last retry", () => {
  fc.assert(
    fc.property(someLife, ({ steps }) => {
      let ledger: { leaseNo: number; attempts: number; deferrals: number }[] = [];
      for (const step of steps) {
        const run = endOfRun(step);
        if (run !== undefined) {
          const { leaseNo, outcome } = run;
          ledger.push({
            leaseNo,
            attempts: usesAttempt[outcome] ? 1 : 0,
            deferrals: isDeferral[outcome] ? 1 : 0,
          });
        }
        ledger = ledger.filter(({ leaseNo }) => leaseNo > step.after.retriedAtLeaseNo);
        const sum = (count: "attempts" | "deferrals") => ledger.reduce((all, entry) => all + entry[count], 0);
        const running = step.after.status === "processing" ? 1 : 0;
        expect(step.after.attempts).toBe(sum("attempts") + running);
        expect(step.after.deferrals).toBe(sum("deferrals"));
      }
    }),
  );
});

test("every end of a run is kept in the ledger once, under the lease that it had", () => {
  holdAtEachStep((step) => {
    const ended = step.before.status === "processing" && step.after.status !== "processing";
    const kept = effectsOf(step).filter((effect) => effect.type === "record-attempt");
    expect(kept.map(({ leaseNo }) => leaseNo)).toEqual(ended ? [step.before.leaseNo] : []);
  });
});

test("a target is told the status after every change but a claim", () => {
  holdAtEachStep((step) => {
    const { before, after } = step;
    const told = effectsOf(step).filter((effect) => effect.type === "set-target-status");
    const isDue = after.target !== null && after.status !== "processing" && after.status !== before.status;
    expect(told.map(({ status }) => status)).toEqual(isDue ? [after.status] : []);
    expect(told.map(({ target }) => target)).toEqual(isDue ? [after.target] : []);
  });
});

test("after a request to cancel, a success completes the job and any other end cancels it", () => {
  holdAtEachStep(({ before, event, after }) => {
    if (before.status !== "processing" || before.cancelRequestedAt === null) return;
    if (after.status === "processing") return;
    const succeeded = event.type === "run-ended" && event.outcome.type === "succeeded";
    expect(after.status).toBe(succeeded ? "completed" : "cancelled");
  });
});

test("a request to run again is never lost, but by a later cancel", () => {
  holdAtEachStep((step) => {
    const { before, event, after } = step;
    if (before.status !== "processing" || before.rerun === null) return;
    if (after.status === "processing") {
      if (event.type === "cancel-requested") expect(after.rerun).toBeNull();
      else expect(after.rerun).not.toBeNull();
      return;
    }
    const successor = effectsOf(step).find((effect) => effect.type === "create-successor");
    if (isWaitingStatus(after.status)) expect(after.payload).toBe(before.rerun.payload);
    expect(successor?.request.payload).toEqual(
      isWaitingStatus(after.status) ? undefined : before.rerun.payload,
    );
  });
});

test("what a job is never changes: id, type, target, key, birth and the number of attempts allowed", () => {
  holdAtEachStep(({ before, after }) => {
    for (const key of ["id", "taskType", "target", "dedupeKey", "createdAt", "maxAttempts"] as const)
      expect(after[key]).toBe(before[key]);
  });
});

test("a refused event names one of three reasons and changes nothing", () => {
  holdAtEachStep(({ before, after, decision }) => {
    if (decision.outcome === "accepted") return;
    expect(after).toBe(before);
    expect(["wrong-status", "stale-lease", "key-is-live"]).toContain(decision.reason);
  });
});

test("a row of deferrals lasts no longer than allowed, and one run", () => {
  fc.assert(
    fc.property(someLife, ({ policy, steps }) => {
      for (const { after } of steps) {
        expect(after.deferralClock.spentMs).toBeGreaterThanOrEqual(0);
        if (isWaitingStatus(after.status))
          expect(after.deferralClock.spentMs).toBeLessThanOrEqual(policy.maxDeferredMs);
      }
    }),
  );
});

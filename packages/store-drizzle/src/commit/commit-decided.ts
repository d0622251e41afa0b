import {
  type CommitAnswer,
  type EndedRun,
  type EpochMs,
  fenceOf,
  type GatePolicy,
  gateAfterRun,
  type JobEffect,
  newGate,
  noLimits,
  type RunOutcome,
  type Wake,
} from "@sluice/core";
import { applyDecisions } from "../decisions/apply-decisions.js";
import { type Decided, decide, isRejected } from "../decisions/decide.js";
import { lockLiveJobs } from "../decisions/lock-jobs.js";
import { changeGates, type GateChange } from "../gates/change-gates.js";
import { readGates } from "../gates/read-gates.js";
import type { Session } from "../sql/session.js";
import type { Turnstile } from "../sql/turnstile.js";
import { findFirstAnswers } from "./find-first-answer.js";

/** What a run came to: usually what the worker saw, but a `save` can fail. */
export interface JudgedRun {
  readonly run: EndedRun<never>;
  readonly outcome: RunOutcome;
}

export interface CommitOptions {
  readonly gatePolicy: GatePolicy;
  /** How long a statement in a run's own transaction may take, wait for a lock, or leave the transaction idle. */
  readonly saveTimeoutMs: number;
  /** Lets saves through, each of which takes a connection. */
  readonly saves: Turnstile;
  /** Told of each part of a commit when that is written: a slow `save` holds up nobody else's wake-up. */
  readonly onWake: (wakes: readonly Wake[]) => void;
}

export interface Committed {
  readonly answers: readonly CommitAnswer[];
  readonly wakes: readonly Wake[];
}

/** `written`: how many of the runs wrote their end now; the others were answered from what is there. */
export type Decision = Committed & { readonly written: number };

/**
 * Writes the ends of runs of different jobs, in the transaction of the session: locks the jobs, asks core, writes, changes the
 * gates last. What is fenced off is answered, and nothing of it written.
 */
export async function commitDecided(
  session: Session,
  judged: readonly JudgedRun[],
  { gatePolicy }: CommitOptions,
): Promise<Decision> {
  const locked = await lockLiveJobs(
    session,
    judged.map(({ run }) => run.job.id),
  );
  const ended = judged.map(({ run, outcome }) => {
    const job = locked?.jobs.find(({ id }) => id === run.job.id);
    if (job === undefined || locked === null) return null;
    const { leaseNo, claimNonce } = fenceOf(run.job);
    const { elapsedMs, jitter, usage } = run;
    const event = { type: "run-ended", leaseNo, claimNonce, outcome, elapsedMs, jitter } as const;
    const verdict = decide(job, event, { policy: run.policy, now: locked.now, usage });
    return isRejected(verdict) ? null : { run, decided: verdict };
  });
  const accepted = ended.filter((one) => one !== null);
  const fencedOff = judged.filter((_, index) => ended[index] === null).map(({ run }) => fenceOf(run.job));

  const firstAnswer = await findFirstAnswers(session, fencedOff);
  const jobWakes =
    locked === null
      ? []
      : await applyDecisions(
          session,
          accepted.map(({ decided }) => decided),
          locked.now,
        );
  const changes =
    locked === null ? [] : await gateChanges(session, accepted, { now: locked.now, policy: gatePolicy });
  const { wakes: gateWakes } = await changeGates(session, changes);
  return {
    answers: judged.map(({ run }, index) => {
      const one = ended[index];
      return one === null || one === undefined ? firstAnswer(fenceOf(run.job)) : toAnswer(one.decided);
    }),
    written: accepted.length,
    wakes: [...jobWakes, ...gateWakes],
  };
}

interface AcceptedRun {
  readonly run: EndedRun<never>;
  readonly decided: Decided;
}

/** Only of gates that change, as far as a look without a lock can tell: a gate's lock is the fleet's. */
async function gateChanges(
  session: Session,
  runs: readonly AcceptedRun[],
  { now, policy }: { readonly now: EpochMs; readonly policy: GatePolicy },
): Promise<readonly GateChange[]> {
  const changes = runs.flatMap((run) => changesOfRun(run, policy));
  const keys = [...new Set(changes.map(({ key }) => key))];
  const gates = await readGates(session, keys);
  const changing = keys.filter((key) => {
    const seen = gates.find((gate) => gate.key === key) ?? newGate(key, noLimits);
    const own = changes.filter((change) => change.key === key);
    return (
      own.some(({ closes }) => closes) || own.reduce((gate, { change }) => change(gate, now), seen) !== seen
    );
  });
  return changes.filter(({ key }) => changing.includes(key));
}

function changesOfRun(
  { run, decided }: AcceptedRun,
  policy: GatePolicy,
): readonly (GateChange & { readonly closes: boolean })[] {
  const refused = decided.effects.find((effect) => effect.type === "close-gate")?.because ?? null;
  const keys = new Set([...run.gates, ...(refused === null ? [] : [refused.gateKey])]);
  return [...keys].map((key) => ({
    key,
    closes: refused?.gateKey === key,
    change: (gate, now) =>
      gateAfterRun(
        gate,
        {
          now,
          claimedAt: run.job.lease.claimedAt,
          jobId: run.job.id,
          outcome: run.outcome.type,
          refused,
          usage: run.usage,
          asked: run.asked,
          told: run.told?.gate === key ? run.told.limits : null,
        },
        policy,
      ),
  }));
}

function toAnswer({ after, effects }: Decided): CommitAnswer {
  const recorded = effects.find(
    (effect): effect is Extract<JobEffect, { type: "record-attempt" }> => effect.type === "record-attempt",
  );
  if (recorded === undefined)
    throw new Error(`the run of job ${after.id} ended without an entry in the ledger`);
  return { type: "committed", status: after.status, outcome: recorded.outcome };
}

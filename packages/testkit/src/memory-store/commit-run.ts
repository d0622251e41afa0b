import {
  type CommitAnswer,
  type EndedRun,
  fenceOf,
  gateAfterRun,
  type JobEffect,
  outcomeOfError,
  type RunOutcome,
  transitionJob,
} from "@sluice/core";
import { applyEvent } from "./apply-event.js";
import { copyJson } from "./copy-json.js";
import { changeGate, type Tables } from "./tables.js";
import type { Transactions } from "./transactions.js";

/** Where a `save` runs into one commit after another, something else is wrong. */
const maxReplays = 100;

export async function commitRun<Tx>(
  tables: Tables,
  transactions: Transactions<Tx>,
  run: EndedRun<Tx>,
): Promise<CommitAnswer> {
  const { save, outcome } = run;
  if (save === null || outcome.type !== "succeeded") return settleRun(tables, run, outcome);
  for (let replay = 0; replay < maxReplays; replay++) {
    const answer = await saveAndSettle(tables, transactions, { ...run, save });
    if (answer !== "replay") return answer;
  }
  throw new Error(`the save of job ${run.job.id} met other transactions ${maxReplays} times`);
}

async function saveAndSettle<Tx>(
  tables: Tables,
  transactions: Transactions<Tx>,
  run: EndedRun<Tx> & { readonly save: (tx: Tx) => unknown },
): Promise<CommitAnswer | "replay"> {
  if (!isHeld(tables, run)) return settleRun(tables, run, run.outcome);
  const tx = transactions.begin();
  try {
    await run.save(tx);
  } catch (error) {
    transactions.rollback(tx);
    return settleRun(tables, run, outcomeOfError(error, run.defaultGate));
  }
  // Others had their turn meanwhile: only now is it decided whether the run still holds its job.
  const isCurrent = isHeld(tables, run);
  if (!isCurrent || !transactions.canCommit(tx)) {
    transactions.rollback(tx);
    return isCurrent ? "replay" : settleRun(tables, run, run.outcome);
  }
  transactions.commit(tx);
  return settleRun(tables, run, run.outcome);
}

/** Writes the end of the run, or says why not; a run that is sent again is answered from the ledger. */
function settleRun<Tx>(tables: Tables, run: EndedRun<Tx>, outcome: RunOutcome): CommitAnswer {
  const job = tables.jobs.get(run.job.id);
  if (job === undefined) return { type: "not-found" };
  const ended = applyEvent(tables, job, endOf(run, outcome), { policy: run.policy, usage: run.usage });
  if (ended.outcome === "accepted") changeGates(tables, run, ended.effects);
  tables.bell.ring();
  const entry = tables.ledger.find(fenceOf(run.job));
  if (entry === undefined || entry.attempt.outcome === "lease_lost") return { type: "fenced-off" };
  return { type: "committed", status: entry.status, outcome: entry.attempt.outcome };
}

function isHeld<Tx>(tables: Tables, run: EndedRun<Tx>): boolean {
  const job = tables.jobs.get(run.job.id);
  return job !== undefined && transitionJob(job, endOf(run, run.outcome), run.policy).outcome === "accepted";
}

function endOf<Tx>({ job, elapsedMs, jitter }: EndedRun<Tx>, ended: RunOutcome) {
  const { leaseNo, claimNonce } = fenceOf(job);
  const outcome = ended.type === "succeeded" ? { ...ended, result: copyJson(ended.result) } : ended;
  return { type: "run-ended", leaseNo, claimNonce, outcome, elapsedMs, jitter } as const;
}

function changeGates<Tx>(tables: Tables, run: EndedRun<Tx>, effects: readonly JobEffect[]): void {
  const refused = effects.find((effect) => effect.type === "close-gate")?.because ?? null;
  const keys = new Set([...run.gates, ...(refused === null ? [] : [refused.gateKey])]);
  for (const key of keys)
    changeGate(tables, key, (gate) =>
      gateAfterRun(
        gate,
        {
          now: tables.now(),
          claimedAt: run.job.lease.claimedAt,
          jobId: run.job.id,
          outcome: run.outcome.type,
          refused,
          usage: run.usage,
          asked: run.asked,
          told: run.told?.gate === key ? run.told.limits : null,
        },
        tables.gatePolicy,
      ),
    );
}

import { type CommitAnswer, type EndedRun, type JobId, outcomeOfError } from "@sluice/core";
import type { PacedTypes } from "../claim/paced-types.js";
import { databaseError, isDatabaseAway, isRefusedData } from "../sql/database-error.js";
import { isPassing, replay } from "../sql/replay.js";
import type { Session } from "../sql/session.js";
import type { DrizzleTransaction } from "../transaction.js";
import { type CommitOptions, type Committed, commitDecided, type JudgedRun } from "./commit-decided.js";
import { commitWithSave, type RunWithSave, withoutSave } from "./commit-with-save.js";
import { type PlainSuccess, settleSuccesses } from "./settle-successes.js";

type Run = EndedRun<DrizzleTransaction>;

/**
 * Each run with a `save` in a transaction of its own, beside all others: plain successes in one statement, then the rest in one
 * transaction. Trouble of one part is not another's: what could be written is, before the trouble is thrown.
 */
export async function commitRuns(
  session: Session,
  paced: PacedTypes,
  runs: readonly Run[],
  options: CommitOptions,
): Promise<readonly CommitAnswer[]> {
  const answers = new Map<Run, CommitAnswer>();
  const keep = (of: readonly Run[], committed: Committed): void => {
    options.onWake(committed.wakes);
    for (const [index, answer] of committed.answers.entries()) {
      const run = of[index];
      if (run !== undefined) answers.set(run, answer);
    }
  };

  async function commitOthers(others: readonly Run[]): Promise<void> {
    const plain = others.filter((run) => isPlain(run, paced));
    const troubles: unknown[] = [];
    const note = (error: unknown): void => void troubles.push(error);
    const settled = await settlePlain(session, plain).catch(note);
    for (const run of settled ?? [])
      answers.set(run, { type: "committed", status: "completed", outcome: "succeeded" });
    const done = settled ?? new Set<Run>(plain);
    for (const batch of ofDifferentJobs(others.filter((run) => !done.has(run))))
      await commitBatch(session, batch, options).then((committed) => keep(batch, committed), note);
    if (troubles.length > 0) throw troubles[0];
  }

  const parts = await Promise.allSettled([
    commitOthers(runs.filter((run) => !hasSave(run))),
    ...runs
      .filter(hasSave)
      .map((run) => options.saves(async () => keep([run], await commitWithSave(session, run, options)))),
  ]);
  for (const part of parts) if (part.status === "rejected") throw part.reason;
  return runs.map((run) => answers.get(run) ?? { type: "not-found" });
}

function hasSave(run: Run): run is RunWithSave {
  return run.save !== null && run.outcome.type === "succeeded";
}

/** Whether its gates need not hear of it is only what this process believes; the statement looks itself. */
function isPlain(run: Run, paced: PacedTypes): run is Run & PlainSuccess {
  return (
    run.outcome.type === "succeeded" && run.save === null && run.told === null && !paced.has(run.job.taskType)
  );
}

/** Answers those that are completed. What cannot be written for what it says is left for the general way, which records that. */
async function settlePlain(
  session: Session,
  runs: readonly (Run & PlainSuccess)[],
): Promise<ReadonlySet<Run>> {
  const first = ofDifferentJobs(runs)[0] ?? [];
  if (first.length === 0) return new Set();
  try {
    const settled = await replay(() => settleSuccesses(session, first), isDatabaseAway);
    return new Set(first.filter(({ job }) => settled.has(job.id)));
  } catch (error) {
    if (isRefusedData(error)) return new Set();
    throw error;
  }
}

/** All in one transaction; if one cannot be written, each in its own, and that one as failed. */
async function commitBatch(
  session: Session,
  runs: readonly Run[],
  options: CommitOptions,
): Promise<Committed> {
  const judged = runs.map((run) => ({ run: withoutSave(run), outcome: run.outcome }));
  try {
    return await commitTogether(session, judged, options);
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const each: Committed[] = [];
    for (const one of judged) each.push(await commitAlone(session, one, options));
    return { answers: each.flatMap(({ answers }) => answers), wakes: each.flatMap(({ wakes }) => wakes) };
  }
}

async function commitAlone(session: Session, judged: JudgedRun, options: CommitOptions): Promise<Committed> {
  try {
    return await commitTogether(session, [judged], options);
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    const outcome = outcomeOfError(databaseError(error), judged.run.defaultGate);
    return commitTogether(session, [{ ...judged, outcome }], options);
  }
}

function commitTogether(
  session: Session,
  judged: readonly JudgedRun[],
  options: CommitOptions,
): Promise<Committed> {
  return replay(() => session.transaction((tx) => commitDecided(tx, judged, options)), isPassing);
}

/** A run may be sent twice at once; the second is answered from what the first has written. */
function ofDifferentJobs<Kind extends Run>(runs: readonly Kind[]): readonly (readonly Kind[])[] {
  const batches: Map<JobId, Kind>[] = [];
  for (const run of runs) {
    const batch = batches.find((others) => !others.has(run.job.id));
    if (batch === undefined) batches.push(new Map([[run.job.id, run]]));
    else batch.set(run.job.id, run);
  }
  return batches.map((batch) => [...batch.values()]);
}

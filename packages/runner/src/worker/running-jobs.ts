import type { AbortReasonType, CommitAnswer, GateKey, ProcessingJob } from "@sluice/core";
import { ActiveRun } from "./active-run.js";
import type { CommitQueue, PendingCommit } from "./commit-queue.js";
import type { GateWatch } from "./gate-watch.js";
import type { HandledTask } from "./handled-task.js";
import type { HeldRuns } from "./held-runs.js";
import type { Emit } from "./observers.js";
import { endedAs, endOfAbort, type RunEnd } from "./run-end.js";
import { runEndedEvent } from "./run-ended-event.js";
import { runJob } from "./run-job.js";
import type { WorkerSettings } from "./worker-settings.js";

/** From the claim to the end of each run. */
export interface RunningJobs<Tx> {
  /** Slots that are taken. */
  readonly occupied: number;
  /** Runs a job that was claimed at `claimedAtMs` (monotonic). */
  start(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): ActiveRun<Tx>;
  /** Gives a job back that was claimed and will not be begun. */
  giveBack(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): void;
  /** Tells a handler to stop; if it does not, the job goes on without it. */
  abort(run: ActiveRun<Tx>, reason: AbortReasonType): void;
  /** The store has answered to the end of a run. */
  settle(pending: PendingCommit<Tx>, answer: CommitAnswer): void;
  /** The store cannot write the end of a run. Its lease runs out. */
  giveUp(pending: PendingCommit<Tx>, error: unknown): void;
}

export function createRunningJobs<Tx>({
  settings,
  held,
  commits,
  gateWatch,
  emit,
  onChange,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly held: HeldRuns<Tx>;
  readonly commits: CommitQueue<Tx>;
  readonly gateWatch: GateWatch;
  readonly emit: Emit;
  /** A slot is free, or something waits to be committed. */
  readonly onChange: () => void;
}): RunningJobs<Tx> {
  const { clock, random, concurrency, abortGraceMs } = settings;
  /** Ended, but their handlers still run. */
  const stuck = new Set<ActiveRun<Tx>>();
  /** Runs that were told to stop, and how not to abandon them after all. */
  /** The gates that ended runs have asked to be closed, until that is committed. */
  const closing = new Map<ActiveRun<Tx>, GateKey>();
  const stopping = new Map<ActiveRun<Tx>, () => void>();

  function hold(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): ActiveRun<Tx> {
    const run = new ActiveRun(job, task, claimedAtMs);
    held.add(run);
    emit({ type: "claimed", job, waitedMs: Math.max(0, job.lease.claimedAt - job.dueAt) });
    return run;
  }

  async function execute(run: ActiveRun<Tx>): Promise<void> {
    const { logger, resultLimits } = settings;
    const onStart = () => {
      run.phase = "running";
      emit({ type: "run-started", job: run.job });
    };
    const end = await runJob(run, { logger, resultLimits, onStart });
    if (run.phase !== "ended") return finish(run, end);
    stuck.delete(run);
    emit({ type: "late-end-ignored", job: run.job });
    onChange();
  }

  function finish(run: ActiveRun<Tx>, end: RunEnd<Tx>): void {
    const { job, task } = run;
    const { outcome, usage } = end;
    const endedAtMs = clock.monotonicMs();
    const elapsedMs = Math.max(0, Math.round(endedAtMs - run.claimedAtMs));
    held.end(run);
    stopping.get(run)?.();
    stopping.delete(run);
    emit(runEndedEvent(job, { outcome, usage }, elapsedMs));
    if (run.aborted?.code === "lease-lost") {
      held.drop(run);
      emit({ type: "fenced-off", job, outcome: outcome.type, answer: "fenced-off" });
    } else {
      if ("gateKey" in outcome) noteRefusal(run, outcome);
      const { gates, defaultGate, policy } = task;
      const jitter = random.fraction();
      const ended = { job, ...end, elapsedMs, jitter, policy, gates, defaultGate };
      commits.add({ run, ended, endedAtMs });
    }
    onChange();
  }

  function noteRefusal(
    refused: ActiveRun<Tx>,
    outcome: Extract<RunEnd<Tx>["outcome"], { gateKey: unknown }>,
  ): void {
    const { type, gateKey, failure } = outcome;
    gateWatch.noteClosing(gateKey);
    closing.set(refused, gateKey);
    for (const run of held.unbegunBehind(gateKey)) run.mustBeReleased = true;
    const waitMs = outcome.type === "blocked" ? null : outcome.waitMs;
    emit({ type: "gate-closing", job: refused.job, gate: gateKey, outcome: type, waitMs, failure });
  }

  /** The closing is committed, or never will be: what the store knows holds from now on. */
  function endClosing(run: ActiveRun<Tx>): void {
    const gateKey = closing.get(run);
    if (gateKey === undefined) return;
    closing.delete(run);
    gateWatch.noteCommitted(gateKey);
  }

  function abandon(run: ActiveRun<Tx>): void {
    if (run.phase === "ended" || run.aborted === null) return;
    stuck.add(run);
    emit({ type: "handler-stuck", job: run.job, reason: run.aborted.code });
    finish(run, endOfAbort(run.aborted));
  }

  return {
    get occupied() {
      // A stuck handler gives its slot back, or a few of them would stop the worker for good. So that they do not pile up
      // either, only as many as there are slots.
      return held.active + Math.max(0, stuck.size - concurrency);
    },
    start(job, task, claimedAtMs) {
      const run = hold(job, task, claimedAtMs);
      void execute(run);
      return run;
    },
    giveBack: (job, task, claimedAtMs) => finish(hold(job, task, claimedAtMs), endedAs({ type: "released" })),
    abort(run, reason) {
      if (!run.abort(reason)) return;
      emit({ type: "run-aborted", job: run.job, reason });
      stopping.set(
        run,
        clock.schedule(abortGraceMs, () => abandon(run)),
      );
    },
    settle({ run, ended, endedAtMs }, answer) {
      held.drop(run);
      const { job, outcome } = ended;
      endClosing(run);
      if (answer.type === "committed") {
        const durationMs = clock.monotonicMs() - endedAtMs;
        emit({ type: "committed", job, status: answer.status, outcome: answer.outcome, durationMs });
      } else {
        emit({ type: "fenced-off", job, outcome: outcome.type, answer: answer.type });
      }
    },
    giveUp({ run }, error) {
      held.drop(run);
      endClosing(run);
      emit({ type: "fault", error, job: run.job });
    },
  };
}

import type { AbortReasonType, CommitAnswer, GateKey, ProcessingJob } from "@sluice/core";
import { ActiveRun } from "./active-run.js";
import type { CommitQueue } from "./commit-queue.js";
import type { GateWatch } from "./gate-watch.js";
import type { HandledTask } from "./handled-task.js";
import type { HeldRuns } from "./held-runs.js";
import type { JobsAhead } from "./jobs-ahead.js";
import type { Emit } from "./observers.js";
import type { PendingCommit } from "./pending-commit.js";
import { endedAs, endOfAbort, type RunEnd } from "./run-end.js";
import { runEndedEvent } from "./run-ended-event.js";
import { runJob } from "./run-job.js";
import type { TimeoutWatch } from "./timeout-watch.js";
import type { WorkerSettings } from "./worker-options.js";

/** From the claim to the end of each run. */
export interface RunningJobs<Tx> {
  /** Slots that are taken, by stuck handlers too. */
  readonly occupied: number;
  /** Handlers that go on although their runs have ended. */
  readonly stuck: number;
  /** Runs a job that was claimed at `claimedAtMs` (monotonic), now or as soon as there is a slot. */
  start(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): void;
  /** Gives a job back that was claimed and will not be begun. */
  giveBack(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): void;
  /** Gives back what waits for a slot, or those of it that pass the gate. */
  giveBackAhead(gate?: GateKey): void;
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
  ahead,
  commits,
  gateWatch,
  timeouts,
  emit,
  onChange,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly held: HeldRuns<Tx>;
  readonly ahead: JobsAhead<Tx>;
  readonly commits: CommitQueue<Tx>;
  readonly gateWatch: GateWatch;
  readonly timeouts: TimeoutWatch<Tx>;
  readonly emit: Emit;
  /** A slot is free, or something waits to be committed. */
  readonly onChange: () => void;
}): RunningJobs<Tx> {
  const { clock, random, concurrency, abortGraceMs } = settings;
  const runOptions = {
    logger: settings.logger,
    resultLimits: settings.resultLimits,
    onStart(run: ActiveRun<Tx>) {
      run.phase = "running";
      emit({ type: "run-started", job: run.job, durationMs: sinceClaimMs(run) });
    },
  };
  /** Ended, but their handlers still run. */
  const stuck = new Set<ActiveRun<Tx>>();
  /** The gates that ended runs have asked to be closed, until that is committed. */
  const closing = new Map<ActiveRun<Tx>, GateKey>();
  /** Runs that were told to stop, and how not to abandon them after all. */
  const stopping = new Map<ActiveRun<Tx>, () => void>();

  function sinceClaimMs({ claimedAtMs }: ActiveRun<Tx>): number {
    return Math.max(0, Math.round(clock.monotonicMs() - claimedAtMs));
  }

  function occupied(): number {
    // A stuck handler gives its slot back, or a few of them would stop the worker for good. So that they do not pile up
    // either, only as many as there are slots.
    return held.active + Math.max(0, stuck.size - concurrency);
  }

  function hold(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number): ActiveRun<Tx> {
    const run = new ActiveRun(job, task, claimedAtMs);
    held.add(run);
    emit({ type: "claimed", job, waitedMs: Math.max(0, job.lease.claimedAt - job.dueAt) });
    return run;
  }

  function begin(run: ActiveRun<Tx>): void {
    run.begunAtMs = clock.monotonicMs();
    held.begin(run);
    timeouts.add(run);
    void execute(run);
  }

  async function execute(run: ActiveRun<Tx>): Promise<void> {
    const end = await runJob(run, runOptions);
    if (run.phase === "ended") {
      stuck.delete(run);
      emit({ type: "late-end-ignored", job: run.job, durationMs: sinceClaimMs(run) });
    } else {
      finish(run, end);
    }
    const next = occupied() < concurrency ? ahead.take() : null;
    if (next !== null) begin(next);
    onChange();
  }

  function finish(run: ActiveRun<Tx>, end: RunEnd<Tx>): void {
    const { job, task } = run;
    const { outcome, usage } = end;
    const endedAtMs = clock.monotonicMs();
    const elapsedMs = sinceClaimMs(run);
    if (run.phase !== "waiting") ahead.noteEnd();
    held.end(run);
    stopping.get(run)?.();
    stopping.delete(run);
    emit(runEndedEvent(job, { outcome, usage }, elapsedMs));
    if (run.aborted?.code === "lease-lost") {
      held.drop(run);
      emit({ type: "fenced-off", job, outcome: outcome.type, answer: "fenced-off", durationMs: 0 });
    } else {
      // What a provider says of its limits, too, is about jobs that are not to be held in stock.
      if ("gateKey" in outcome || end.told !== null) ahead.switchOff();
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
    giveBackAhead(gateKey);
    const waitMs = outcome.type === "blocked" ? null : outcome.waitMs;
    emit({ type: "gate-closing", job: refused.job, gate: gateKey, outcome: type, waitMs, failure });
  }

  function giveBackAhead(gate?: GateKey): void {
    for (const run of ahead.list(gate)) endUnbegun(run, endedAs({ type: "released" }));
  }

  function endUnbegun(run: ActiveRun<Tx>, end: RunEnd<Tx>): void {
    ahead.remove(run);
    finish(run, end);
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
    if (stuck.size >= 2 * concurrency) emit({ type: "out-of-slots", stuck: stuck.size });
    finish(run, endOfAbort(run.aborted));
  }

  return {
    get occupied() {
      return occupied();
    },
    get stuck() {
      return stuck.size;
    },
    start(job, task, claimedAtMs) {
      const run = hold(job, task, claimedAtMs);
      if (occupied() < concurrency) begin(run);
      else ahead.add(run);
    },
    giveBack: (job, task, claimedAtMs) => finish(hold(job, task, claimedAtMs), endedAs({ type: "released" })),
    giveBackAhead,
    abort(run, reason) {
      const hasSlot = run.phase !== "waiting";
      if (!run.abort(reason)) return;
      emit({ type: "run-aborted", job: run.job, reason, durationMs: sinceClaimMs(run) });
      if (!hasSlot && run.aborted !== null) return endUnbegun(run, endOfAbort(run.aborted));
      stopping.set(
        run,
        clock.schedule(abortGraceMs, () => abandon(run)),
      );
    },
    settle({ run, ended, endedAtMs }, answer) {
      held.drop(run);
      const { job, outcome } = ended;
      endClosing(run);
      const durationMs = clock.monotonicMs() - endedAtMs;
      if (answer.type === "committed") {
        emit({ type: "committed", job, status: answer.status, outcome: answer.outcome, durationMs });
      } else {
        emit({ type: "fenced-off", job, outcome: outcome.type, answer: answer.type, durationMs });
      }
    },
    giveUp({ run }, error) {
      held.drop(run);
      endClosing(run);
      emit({ type: "fault", error, job: run.job });
    },
  };
}

import {
  type ClaimAnswer,
  type ClaimRequest,
  claimLeaseMs,
  isClaimAnsweredLate,
  type ProcessingJob,
  randomNonce,
  type WorkerRecord,
} from "@sluice/core";
import { createAlarm } from "./alarm.js";
import { createClaimOrder } from "./claim-order.js";
import type { CommitQueue } from "./commit-queue.js";
import type { GateWatch } from "./gate-watch.js";
import type { HandledTask } from "./handled-task.js";
import type { HeldRuns } from "./held-runs.js";
import type { JobsAhead } from "./jobs-ahead.js";
import type { Emit } from "./observers.js";
import type { RunningJobs } from "./running-jobs.js";
import type { StoreGuard } from "./store-guard.js";
import type { WorkerSettings } from "./worker-options.js";

/** Takes jobs whenever there are free slots, one claim at a time; sleeps when there is nothing to take. */
export interface ClaimLoop {
  /** A claim is under way: jobs may still come. */
  readonly isClaiming: boolean;
  /** Slots or commits have changed: looks what is to be done in the next turn of the event loop. */
  notice(): void;
  /** Something may have become claimable: ends the sleep, too. */
  wake(): void;
  /** No more claims. Jobs that wait for a slot, or come from a claim under way, are given back. */
  stop(): void;
  /** What still comes is left to its lease: nobody would commit it. */
  end(): void;
}

/** What is remembered of a claim until its answer. */
interface SentClaim {
  readonly limit: number;
  readonly sentAtMs: number;
  readonly sentAtMark: number;
  /** Something may have become claimable after it was sent. */
  readonly wasWoken: boolean;
}

/** Two claims without an answer in jobs are never closer together, whatever the store says. */
const minSleepMs = 5;

export function createClaimLoop<Tx>({
  settings,
  tasks,
  held,
  running,
  ahead,
  commits,
  gateWatch,
  guard,
  emit,
  describeWorker,
  onPolled,
  onLateJobs,
  onIdle,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly tasks: ReadonlyMap<string, HandledTask<Tx>>;
  readonly held: HeldRuns<Tx>;
  readonly running: RunningJobs<Tx>;
  readonly ahead: JobsAhead<Tx>;
  readonly commits: CommitQueue<Tx>;
  readonly gateWatch: GateWatch;
  readonly guard: StoreGuard;
  readonly emit: Emit;
  readonly describeWorker: () => WorkerRecord;
  /** A claim was the sign of life of an idle worker. It says when upkeep has something to do. */
  readonly onPolled: (poll: { readonly sentAtMs: number; readonly upkeepInMs: number | null }) => void;
  /** Jobs have begun whose leases may be over before the next renewal. */
  readonly onLateJobs: () => void;
  /** Called after each turn and claim: whoever waits for an end looks again. */
  readonly onIdle: () => void;
}): ClaimLoop {
  const { store, clock, random, concurrency, batchSize, jobDelayMs, pollIntervalMs } = settings;
  const leaseMs = claimLeaseMs(settings.leaseMs);
  const order = createClaimOrder([...tasks.values()]);
  const turn = createAlarm(clock, takeTurn);
  const sleep = createAlarm(clock, () => {
    isPolling = sleepsUntilPoll;
    wake();
  });
  /** After a claim that failed: nothing wakes the loop before it is over. */
  const rest = createAlarm(clock, wake);
  /** Since the last wake the store has had nothing more. */
  let isDrained = false;
  /** Nothing but the polling interval will end the sleep, or has ended it. */
  let sleepsUntilPoll = false;
  let isPolling = false;
  let wakes = 0;
  let isClaiming = false;
  let isStopped = false;
  let isEnded = false;
  let lastStartMs = Number.NEGATIVE_INFINITY;

  function wake(): void {
    wakes += 1;
    isDrained = false;
    sleep.clear();
    turn.setForNextTurn();
  }

  function takeTurn(): void {
    commits.flush();
    const mayClaim = !isStopped && !isClaiming && !isDrained && !rest.isSet && !commits.isFull;
    if (mayClaim) claimIntoFreeSlots();
    onIdle();
  }

  function claimIntoFreeSlots(): void {
    const free = concurrency - running.occupied + ahead.room();
    if (free <= 0) return;
    const gapMs = lastStartMs + jobDelayMs - clock.monotonicMs();
    if (jobDelayMs > 0 && gapMs > 0) {
      sleep.set(gapMs);
      return;
    }
    const limit = Math.min(free, batchSize, jobDelayMs > 0 ? 1 : free);
    const request = { limit, tasks: order.next(limit, mayTake) };
    // Nothing may be asked for: the end of a run or of a commit will change that.
    if (request.tasks.length > 0) void claim(request);
  }

  function mayTake({ taskType, gates, handler }: HandledTask<Tx>): number {
    if (gateWatch.isClosing(gates) || commits.isFullOf(taskType)) return 0;
    return handler.concurrency === null
      ? Number.POSITIVE_INFINITY
      : handler.concurrency - held.activeOf(taskType);
  }

  async function claim({ limit, tasks: asked }: Pick<ClaimRequest, "limit" | "tasks">): Promise<void> {
    isClaiming = true;
    const wakesBefore = wakes;
    const sentAtMs = clock.monotonicMs();
    const sentAtMark = gateWatch.mark();
    const claimNonce = randomNonce(random);
    const poll = isPolling && held.size === 0 ? { idle: describeWorker() } : {};
    isPolling = false;
    const answered = await guard.call(
      "claim",
      () => store.claim({ workerId: settings.id, claimNonce, leaseMs, limit, tasks: asked, ...poll }),
      receiveLate,
    );
    isClaiming = false;
    const upkeepInMs = answered.ok ? answered.value.upkeepInMs : undefined;
    // A store that knows nothing of idle workers does not answer that.
    if ("idle" in poll && upkeepInMs !== undefined) onPolled({ sentAtMs, upkeepInMs });
    if (answered.ok) {
      receive(answered.value, { limit, sentAtMs, sentAtMark, wasWoken: wakes !== wakesBefore });
    } else if (!isStopped) {
      rest.set(answered.retryInMs);
    }
    onIdle();
  }

  function receive(
    { jobs, retryInMs }: ClaimAnswer,
    { limit, sentAtMs, sentAtMark, wasWoken }: SentClaim,
  ): void {
    const nowMs = clock.monotonicMs();
    const hasMore = jobs.length >= limit || wasWoken;
    const sleepMs = hasMore ? null : sleepFor(retryInMs);
    emit({ type: "polled", limit, claimed: jobs.length, durationMs: nowMs - sentAtMs, sleepMs });

    const tookMs = nowMs - sentAtMs;
    const mayBeLost = tookMs >= leaseMs;
    for (const job of jobs) {
      const task = taskOf(job);
      if (task === null) continue;
      if (isStopped || mayBeLost || gateWatch.mayHaveClosedSince(task.gates, sentAtMark)) {
        running.giveBack(job, task, nowMs);
      } else {
        lastStartMs = nowMs;
        running.start(job, task, nowMs);
      }
    }
    if (jobs.length > 0 && !mayBeLost && isClaimAnsweredLate(settings.leaseMs, tookMs)) onLateJobs();

    if (sleepMs === null) {
      turn.setForNextTurn();
    } else if (!isStopped) {
      isDrained = true;
      sleep.set(sleepMs);
    }
  }

  /** The claim has been counted as failed, and there was another since: there may be no slots for these. */
  function receiveLate({ jobs }: ClaimAnswer): void {
    if (isEnded) return;
    for (const job of jobs) {
      const task = taskOf(job);
      if (task !== null) running.giveBack(job, task, clock.monotonicMs());
    }
  }

  function taskOf(job: ProcessingJob): HandledTask<Tx> | null {
    const task = tasks.get(job.taskType);
    if (task !== undefined) return task;
    const error = new TypeError(`the store gave out a job of type ${job.taskType}, unasked`);
    emit({ type: "fault", error, job });
    return null;
  }

  function sleepFor(retryInMs: number | null): number {
    // A little more than the interval, each time another: a fleet that was started at once must not ask at once for ever.
    const pollMs = pollIntervalMs * (1 + 0.2 * random.fraction());
    sleepsUntilPoll = retryInMs === null || retryInMs >= pollMs;
    return Math.ceil(Math.min(pollMs, Math.max(minSleepMs, retryInMs ?? pollMs)));
  }

  return {
    get isClaiming() {
      return isClaiming;
    },
    notice: turn.setForNextTurn,
    wake,
    stop() {
      isStopped = true;
      running.giveBackAhead();
      sleep.clear();
      rest.clear();
    },
    end() {
      isEnded = true;
    },
  };
}

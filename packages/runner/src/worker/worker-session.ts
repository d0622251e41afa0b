import type { Wake, WorkerRecord } from "@sluice/core";
import { withDeadline } from "../with-deadline.js";
import { createAlarm } from "./alarm.js";
import { atMost } from "./at-most.js";
import { createClaimLoop } from "./claim-loop.js";
import { createCommitQueue } from "./commit-queue.js";
import { createCondition } from "./condition.js";
import { createGateWatch } from "./gate-watch.js";
import { toHandledTask } from "./handled-task.js";
import { createHeldRuns } from "./held-runs.js";
import { createJobsAhead } from "./jobs-ahead.js";
import { createLeaseKeeper, liveForMs } from "./lease-keeper.js";
import type { Emit } from "./observers.js";
import { createRunningJobs } from "./running-jobs.js";
import { answerLimitMs, createStoreGuard } from "./store-guard.js";
import { createTimeoutWatch } from "./timeout-watch.js";
import { createUpkeep } from "./upkeep.js";
import type { WorkerSettings } from "./worker-options.js";

/** A worker from one start to the next stop. */
export interface WorkerSession {
  readonly running: number;
  readonly occupied: number;
  readonly stuck: number;
  readonly uncommitted: number;
  /** Makes the worker known and begins to work. Rejects if the store fails. */
  begin(): Promise<void>;
  /** No more claims from now on; what runs when `graceMs` are over is aborted. Called again, the earlier end counts. */
  drain(graceMs: number): void;
  /** Resolves when all runs are over and committed (or given up), after `drain`. */
  end(): Promise<void>;
}

export function createWorkerSession<Tx>(settings: WorkerSettings<Tx>, emit: Emit): WorkerSession {
  const { store, clock, random, leaseMs, abortGraceMs, policy, concurrency, id: workerId } = settings;
  const tasks = new Map(
    [...settings.handlers].map(([type, handler]) => [type, toHandledTask(handler, policy)]),
  );
  const gates = new Set([...tasks.values()].flatMap((task) => task.gates));
  const taskTypes = [...tasks.keys()];

  const guard = createStoreGuard({ clock, random, leaseMs, emit });
  const held = createHeldRuns<Tx>();
  const gateWatch = createGateWatch();
  const commits = createCommitQueue<Tx>({
    store,
    clock,
    guard,
    concurrency,
    saveConcurrency: settings.saveConcurrency,
    onAnswer: (pending, answer) => running.settle(pending, answer),
    // What a commit changes (a backoff, a gate, a window) is seen by asking again.
    onOver: (isCommitted) => (isCommitted ? claims.wake() : claims.notice()),
    onGivenUp: (pending, error) => running.giveUp(pending, error),
  });
  const timeouts = createTimeoutWatch(clock, held, (run) => running.abort(run, "timeout"));
  const ahead = createJobsAhead<Tx>({
    clock,
    isAllowed: settings.jobDelayMs === 0 && [...tasks.values()].every(({ isUnlimited }) => isUnlimited),
    onWaitedTooLong: () => running.giveBackAhead(),
  });
  const running = createRunningJobs({
    settings,
    held,
    ahead,
    commits,
    gateWatch,
    timeouts,
    emit,
    onChange: () => claims.notice(),
  });
  const claims = createClaimLoop({
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
    onPolled({ sentAtMs, upkeepInMs }) {
      keeper.noteSignOfLife(sentAtMs);
      upkeep.hearPoll(upkeepInMs);
    },
    onLateJobs: () => keeper.renewNow(),
    onIdle: () => {
      nothingRuns.look();
      nothingIsLeft.look();
    },
  });
  const keeper = createLeaseKeeper({
    settings,
    held,
    guard,
    emit,
    describeWorker,
    onAbort: (run, reason) => running.abort(run, reason),
  });
  const upkeep = createUpkeep({ settings, held, guard, emit, onClaimable: claims.wake });
  const nothingRuns = createCondition(clock, () => held.active === 0 && !claims.isClaiming);
  const nothingIsLeft = createCondition(clock, () => held.size === 0 && !claims.isClaiming);
  const grace = createAlarm(clock, abortAll);
  let hasBegun = false;
  let isOver = false;
  let isDraining = false;
  let graceEndsAtMs = Number.POSITIVE_INFINITY;
  let stopListening: (() => Promise<void>) | null = null;

  function describeWorker(): WorkerRecord {
    return {
      id: workerId,
      taskTypes,
      concurrency,
      running: running.occupied,
      liveForMs: liveForMs(leaseMs),
      seenAt: null,
    };
  }

  function hearWake(wake: Wake): void {
    // A start that fails after all must leave nothing behind that claims; one that succeeds looks by itself.
    if (!hasBegun) return;
    if (wake.type === "cancel") {
      if (wake.workerId === workerId) keeper.renewNow();
    } else if (wake.type === "gate") {
      if (!gates.has(wake.key)) return;
      emit({ type: "gate-changed", gate: wake.key });
      running.giveBackAhead(wake.key); // it may have closed
      claims.wake();
    } else if (wake.taskTypes.some((type) => tasks.has(type))) {
      claims.wake();
    }
  }

  /** What a start needs. It is over with the first that fails. */
  function inTime<Value>(
    what: string,
    ask: () => Promise<Value>,
    onLate?: (value: Value) => void,
  ): Promise<Value> {
    return withDeadline(clock, { what, limitMs: answerLimitMs("start", leaseMs), onLate }, ask);
  }

  /** A courtesy: whoever does not hear of it sees the worker fall silent. */
  async function sayGoodbye(): Promise<void> {
    if (stopListening !== null) await stopHearing(stopListening);
    await keeper.stop();
    // Later it might meet the row of the next start.
    if (!isOver) await forgetWorker();
  }

  function stopHearing(stop: () => Promise<void>): Promise<unknown> {
    return guard.call("stop-listening", stop);
  }

  function forgetWorker(): Promise<unknown> {
    return guard.call("remove-worker", () => store.removeWorker(workerId));
  }

  function abortAll(): void {
    for (const run of [...held]) running.abort(run, "shutdown");
  }

  return {
    get running() {
      return held.active;
    },
    get occupied() {
      return running.occupied;
    },
    get stuck() {
      return running.stuck;
    },
    get uncommitted() {
      return commits.size;
    },

    async begin() {
      for (const { taskType, declarations } of tasks.values())
        await inTime("put-task-gates", () => store.putTaskGates(taskType, declarations));
      if (store.supports.notifications)
        stopListening = await inTime("listen", () => store.listen(hearWake), stopHearing);
      try {
        await inTime("put-worker", () => store.putWorker(describeWorker()), forgetWorker);
      } catch (error) {
        if (stopListening !== null) await stopHearing(stopListening);
        throw error;
      }
      hasBegun = true;
      keeper.start();
      upkeep.start();
      claims.wake();
      emit({ type: "worker-started", workerId, taskTypes });
    },

    drain(graceMs) {
      if (!isDraining) {
        isDraining = true;
        emit({ type: "worker-stopping", workerId, running: held.active });
        claims.stop();
        upkeep.stop();
      }
      const endsAtMs = clock.monotonicMs() + graceMs;
      if (endsAtMs >= graceEndsAtMs) return;
      graceEndsAtMs = endsAtMs;
      grace.set(graceMs);
    },

    async end() {
      // What cannot be committed within a lease is taken back by others anyway.
      const endsAtMs = Math.max(graceEndsAtMs, clock.monotonicMs()) + abortGraceMs + leaseMs;
      const leftMs = () => Math.max(0, endsAtMs - clock.monotonicMs());
      await nothingRuns.wait(leftMs());
      // It is over: a stop that comes now has nothing to shorten any more.
      graceEndsAtMs = Number.NEGATIVE_INFINITY;
      grace.clear();
      timeouts.stop();
      await nothingIsLeft.wait(Math.min(leaseMs, leftMs()));
      claims.end();
      commits.abandon();
      await atMost(clock, Math.min(leaseMs, leftMs()), sayGoodbye());
      isOver = true;
      emit({ type: "worker-stopped", workerId, leftBehind: held.size });
    },
  };
}

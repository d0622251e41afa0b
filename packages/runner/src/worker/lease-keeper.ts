import {
  claimLeaseMs,
  fenceOf,
  type RenewAnswer,
  renewalIntervalMs,
  renewalRetryMs,
  type WorkerRecord,
} from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { createAlarm } from "./alarm.js";
import type { HeldRuns } from "./held-runs.js";
import type { Emit } from "./observers.js";
import type { StoreGuard } from "./store-guard.js";
import type { WorkerSettings } from "./worker-options.js";

/** Renews the leases of all held runs and the worker's own row, three times per lease. */
export interface LeaseKeeper {
  start(): void;
  /** The store has heard of the worker otherwise (monotonic). */
  noteSignOfLife(atMs: number): void;
  /** Asks the store now: a run is to be cancelled, or a lease is about to run out. */
  renewNow(): void;
  /** Resolves when no renewal is under way any more: it would make the worker known again. */
  stop(): Promise<void>;
}

/** How long a worker counts as live after its last sign of life; an idle one gives three in that time. */
export function liveForMs(leaseMs: number): number {
  return Math.max(2 * leaseMs, 30_000);
}

export function createLeaseKeeper<Tx>({
  settings,
  held,
  guard,
  emit,
  describeWorker,
  onAbort,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly held: HeldRuns<Tx>;
  readonly guard: StoreGuard;
  readonly emit: Emit;
  readonly describeWorker: () => WorkerRecord;
  readonly onAbort: (run: ActiveRun<Tx>, reason: "cancelled" | "lease-lost") => void;
}): LeaseKeeper {
  const { store, clock, leaseMs } = settings;
  const intervalMs = renewalIntervalMs(leaseMs);
  const alarm = createAlarm(clock, () => void tick());
  let lastTickMs = clock.monotonicMs();
  let lastSignMs = lastTickMs;
  let renewal: Promise<void> | null = null;
  /** Somebody asked for a renewal while one was under way, which may have been too early for it. */
  let isAskedAgain = false;
  let isStopped = false;

  async function tick(): Promise<void> {
    const nowMs = clock.monotonicMs();
    // Timers stood still with everything else. The leases may be gone, those of claims first: the store knows, and is asked at once.
    if (nowMs - lastTickMs > claimLeaseMs(leaseMs)) emit({ type: "stalled", forMs: nowMs - lastTickMs });
    lastTickMs = nowMs;
    alarm.set(intervalMs);
    if (renewal !== null || isNothingToSay(nowMs)) return;
    isAskedAgain = false;
    renewal = renew(nowMs);
    await renewal;
    renewal = null;
    if (isAskedAgain && !isStopped) alarm.set(0);
  }

  /** To a store that is silent there is always: somebody has to find out when it is back. */
  function isNothingToSay(nowMs: number): boolean {
    return held.size === 0 && !guard.isSilent && nowMs - lastSignMs < liveForMs(leaseMs) / 3;
  }

  async function renew(nowMs: number): Promise<void> {
    const runs = [...held];
    const hearAll = (answers: readonly RenewAnswer[]) => {
      noteSignOfLife(nowMs);
      for (const [index, run] of runs.entries()) hear(run, answers[index]);
    };
    const answered = await guard.call(
      "renew",
      () => store.renew({ worker: describeWorker(), leaseMs, fences: runs.map(({ job }) => fenceOf(job)) }),
      hearAll,
    );
    if (answered.ok) {
      emit({ type: "renewed", runs: runs.length, durationMs: clock.monotonicMs() - nowMs });
      hearAll(answered.value);
    } else if (!isStopped) {
      alarm.set(Math.min(answered.retryInMs, runs.length > 0 ? renewalRetryMs(leaseMs) : intervalMs));
    }
  }

  function noteSignOfLife(atMs: number): void {
    lastSignMs = Math.max(lastSignMs, atMs);
  }

  function hear(run: ActiveRun<Tx>, answer: RenewAnswer | undefined): void {
    // What has ended meanwhile is told by its commit; what was told to stop has heard it.
    if (run.phase === "ended" || run.aborted !== null) return;
    if (answer === "cancel-requested") onAbort(run, "cancelled");
    if (answer !== "lost") return;
    emit({ type: "lease-lost", job: run.job, durationMs: clock.monotonicMs() - run.claimedAtMs });
    onAbort(run, "lease-lost");
  }

  return {
    start() {
      lastTickMs = clock.monotonicMs();
      lastSignMs = lastTickMs;
      alarm.set(intervalMs);
    },
    noteSignOfLife,
    renewNow() {
      if (isStopped) return;
      if (renewal === null) alarm.set(0);
      else isAskedAgain = true;
    },
    async stop() {
      isStopped = true;
      alarm.clear();
      await renewal;
    },
  };
}

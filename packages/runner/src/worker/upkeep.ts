import type { MaintainAnswer } from "@sluice/core";
import { createAlarm } from "./alarm.js";
import type { HeldRuns } from "./held-runs.js";
import type { Emit } from "./observers.js";
import type { StoreGuard } from "./store-guard.js";
import type { WorkerSettings } from "./worker-options.js";

/**
 * Has the store do its upkeep, in small steps: at the start, now and then, and when a lease or a deadline runs out. Every worker does;
 * none is the leader.
 */
export interface Upkeep {
  start(): void;
  /** An idle worker has asked the store for work and was told when there is something to do. */
  hearPoll(upkeepInMs: number | null): void;
  stop(): void;
}

/** Between two steps while there is more to do. */
const nextStepMs = 50;
/** So that not every worker of an idle fleet comes at the very moment. */
const latenessMs = 250;
/** What polls do not tell of, retention say, is looked for so many times less often while the worker is idle. */
const idleFactor = 240;

export function createUpkeep<Tx>({
  settings,
  held,
  guard,
  emit,
  onClaimable,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly held: HeldRuns<Tx>;
  readonly guard: StoreGuard;
  readonly emit: Emit;
  /** Jobs have become claimable. */
  readonly onClaimable: () => void;
}): Upkeep {
  const { store, clock, random, policy, leaseMs } = settings;
  const { intervalMs, limit } = settings.maintenance ?? { intervalMs: 0, limit: 0 };
  const alarm = createAlarm(clock, () => void tick());
  const due = createAlarm(clock, () => void stepUnlessUnderWay());
  let isStopped = false;
  let isUnderWay = false;
  let lastStepMs = Number.NEGATIVE_INFINITY;
  let lastPollMs = Number.NEGATIVE_INFINITY;

  async function tick(): Promise<void> {
    const nextMs = isToldByPolls() ? intervalMs : await stepUnlessUnderWay();
    if (!isStopped) alarm.set(nextMs);
  }

  function isToldByPolls(): boolean {
    const nowMs = clock.monotonicMs();
    return (
      held.size === 0 && nowMs - lastPollMs < 2 * intervalMs && nowMs - lastStepMs < idleFactor * intervalMs
    );
  }

  async function stepUnlessUnderWay(): Promise<number> {
    if (isUnderWay || isStopped) return intervalMs;
    // Were upkeep the first to find the store back, it would take back what others had no chance to renew. Claims and renewals find out.
    if (guard.isSilent) return intervalMs;
    const waitMs = msUntilOthersHaveRenewed();
    if (waitMs > 0) return waitMs;
    isUnderWay = true;
    const nextMs = await step();
    isUnderWay = false;
    return nextMs;
  }

  function stepWhenDue(upkeepInMs: number | null): void {
    if (upkeepInMs === null || isStopped) due.clear();
    else due.set(upkeepInMs + latenessMs * random.fraction());
  }

  /** After an outage every lease looks expired. Whoever is alive renews within one lease; only then is the rest dead. */
  function msUntilOthersHaveRenewed(): number {
    const { outageEndedAtMs } = guard;
    return outageEndedAtMs === null ? 0 : outageEndedAtMs + leaseMs - clock.monotonicMs();
  }

  async function step(): Promise<number> {
    const startedAtMs = clock.monotonicMs();
    const answered = await guard.call("maintain", () => store.maintain({ limit, policy }));
    if (!answered.ok) return Math.max(answered.retryInMs, intervalMs / 2);
    lastStepMs = startedAtMs;
    const { value: answer } = answered;
    emit({ type: "maintained", answer, durationMs: clock.monotonicMs() - startedAtMs });
    if (answer.promoted + answer.reclaimed > 0) onClaimable();
    if (hasMore(answer)) {
      if (!isStopped) due.set(Math.min(nextStepMs, intervalMs));
    } else if (answer.upkeepInMs !== undefined && answer.upkeepInMs !== 0) {
      // 0: it could not be done now, its row is locked.
      stepWhenDue(answer.upkeepInMs);
    }
    return intervalMs * (0.5 + random.fraction());
  }

  function hasMore({ promoted, reclaimed, expired, unroutable, deleted }: MaintainAnswer): boolean {
    return Math.max(promoted, reclaimed, expired, unroutable, deleted) >= limit;
  }

  return {
    start() {
      // At once: whoever came before may have died, and its leases be over.
      if (settings.maintenance !== null) alarm.set(0);
    },
    hearPoll(upkeepInMs) {
      lastPollMs = clock.monotonicMs();
      if (settings.maintenance !== null && !isUnderWay) stepWhenDue(upkeepInMs);
    },
    stop() {
      isStopped = true;
      alarm.clear();
      due.clear();
    },
  };
}

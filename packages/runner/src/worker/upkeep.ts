import type { MaintainAnswer } from "@sluice/core";
import { createAlarm } from "./alarm.js";
import type { Emit } from "./observers.js";
import type { StoreGuard } from "./store-guard.js";
import type { WorkerSettings } from "./worker-settings.js";

/** Has the store do its upkeep now and then, in small steps. Every worker does; none is the leader. */
export interface Upkeep {
  start(): void;
  stop(): void;
}

/** Between two steps while there is more to do. */
const nextStepMs = 50;

export function createUpkeep<Tx>({
  settings,
  guard,
  emit,
  onClaimable,
}: {
  readonly settings: WorkerSettings<Tx>;
  readonly guard: StoreGuard;
  readonly emit: Emit;
  /** Jobs have become claimable. */
  readonly onClaimable: () => void;
}): Upkeep {
  const { store, clock, random, policy, leaseMs } = settings;
  const { intervalMs, limit } = settings.maintenance ?? { intervalMs: 0, limit: 0 };
  const alarm = createAlarm(clock, () => void tick());
  let isStopped = false;

  async function tick(): Promise<void> {
    const waitMs = msUntilOthersHaveRenewed();
    const nextMs = waitMs > 0 ? waitMs : await step();
    if (!isStopped) alarm.set(nextMs);
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
    const { value: answer } = answered;
    emit({ type: "maintained", answer, durationMs: clock.monotonicMs() - startedAtMs });
    if (answer.promoted + answer.reclaimed > 0) onClaimable();
    return hasMore(answer) ? Math.min(nextStepMs, intervalMs) : intervalMs * (0.5 + random.fraction());
  }

  function hasMore({ promoted, reclaimed, expired, unroutable, deleted }: MaintainAnswer): boolean {
    return Math.max(promoted, reclaimed, expired, unroutable, deleted) >= limit;
  }

  return {
    start() {
      if (settings.maintenance !== null) alarm.set(intervalMs * random.fraction());
    },
    stop() {
      isStopped = true;
      alarm.clear();
    },
  };
}

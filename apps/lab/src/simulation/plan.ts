import type { Chance } from "./chance.js";

/** What is fixed about a run before it begins. */
export interface Plan {
  readonly workers: number;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly pollIntervalMs: number;
  readonly maintenanceIntervalMs: number;
  readonly abortGraceMs: number;
  readonly timeoutMs: number;
  readonly hasNotifications: boolean;
  /** How long jobs come in and faults happen. */
  readonly troubleMs: number;
  readonly requests: number;
  /** Mean time between two things that befall one worker. */
  readonly troubleEveryMs: number;
  /** Mean time between two words of an operator. */
  readonly operateEveryMs: number;
  readonly maxDeferredMs: number;
  readonly unroutableAfterMs: number;
  /** Many jobs that take no time come at once: workers that do nothing else claim ahead. */
  readonly isRush: boolean;
}

/** Of workers in a rush. */
export const rushConcurrency = 20;
export const rushJobs = 400;

export function drawPlan(chance: Chance): Plan {
  const leaseMs = chance.pick([1_000, 3_000, 8_000]);
  return {
    workers: chance.whole(1, 8),
    concurrency: chance.whole(1, 5),
    leaseMs,
    pollIntervalMs: chance.pick([500, 2_000, 5_000, 30_000]),
    maintenanceIntervalMs: chance.pick([500, 2_000]),
    abortGraceMs: chance.pick([0, 500, 2_000]),
    timeoutMs: chance.pick([3_000, 15_000]),
    hasNotifications: chance.isTrue(0.7),
    troubleMs: chance.whole(10_000, 60_000),
    requests: chance.whole(5, 100),
    troubleEveryMs: chance.pick([5_000, 20_000, 60_000]),
    operateEveryMs: chance.pick([500, 2_000, 10_000]),
    maxDeferredMs: chance.pick([3_000, 20_000, 24 * 3_600_000]),
    unroutableAfterMs: 45_000,
    isRush: chance.isTrue(0.1),
  };
}

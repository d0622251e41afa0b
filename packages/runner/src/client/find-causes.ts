import { FOREVER, type Gate, isLiveWorker, isProbing, reserve } from "@sluice/core";
import type { StoredCause } from "./cause.js";
import {
  countBackingOff,
  countInFlight,
  countRunning,
  countWaiting,
  type QueueSnapshot,
} from "./queue-snapshot.js";

/** Everything that keeps waiting jobs of the task type from running. Empty: nothing does. */
export function findCauses(snapshot: QueueSnapshot): readonly StoredCause[] {
  const nothingWaits: readonly StoredCause[] =
    countWaiting(snapshot) === 0 ? [{ type: "nothing-waiting", running: countRunning(snapshot) }] : [];
  return [
    ...snapshot.gates.flatMap((gate) => causesOfGate(gate, snapshot)),
    ...nothingWaits,
    ...causesOfDueTimes(snapshot),
    ...causesOfWorkers(snapshot),
  ];
}

function causesOfGate(gate: Gate, snapshot: QueueSnapshot): readonly StoredCause[] {
  const { now } = snapshot;
  const { key, closing, pausedUntil, limits } = gate;
  const causes: StoredCause[] = [];
  if (pausedUntil !== null && pausedUntil > now)
    causes.push({ type: "paused", gate: key, until: pausedUntil === FOREVER ? null : pausedUntil });
  if (closing !== null && closing.until > now) {
    const { reason, detail, jobId, until } = closing;
    causes.push({ type: "closed", gate: key, reason, detail, jobId, until });
  }
  if (causes.length > 0) return causes;

  const inFlight = countInFlight(snapshot, gate);
  const { granted, nextPermitAt } = reserve(gate, { now, want: 1, inFlight });
  if (closing !== null && isProbing(gate, now)) {
    const { reason, detail } = closing;
    return [{ type: "probing", gate: key, reason, detail, inFlight }];
  }
  if (granted > 0) return [];
  if (limits.maxInFlight !== null && inFlight >= limits.maxInFlight)
    return [{ type: "window-full", gate: key, inFlight, maxInFlight: limits.maxInFlight }];
  return nextPermitAt === null ? [] : [{ type: "no-permit", gate: key, nextPermitAt }];
}

function causesOfDueTimes(snapshot: QueueSnapshot): readonly StoredCause[] {
  const { nextDueJob, now } = snapshot;
  if (nextDueJob === null || nextDueJob.dueAt <= now) return [];
  const { id: nextJobId, dueAt: nextDueAt } = nextDueJob;
  const [waiting, backingOff] = [countWaiting(snapshot), countBackingOff(snapshot)];
  return [{ type: "due-later", waiting, backingOff, nextDueAt, nextJobId }];
}

function causesOfWorkers({ workers, taskType, now }: QueueSnapshot): readonly StoredCause[] {
  const live = workers.filter((worker) => isLiveWorker(worker, now));
  const serving = live.filter(({ taskTypes }) => taskTypes.includes(taskType));
  if (serving.length === 0) {
    const seen = workers.filter(({ taskTypes }) => taskTypes.includes(taskType)).map(({ seenAt }) => seenAt);
    const last = seen.filter((at) => at !== null).sort((one, other) => other - one);
    return [{ type: "no-live-worker", liveWorkers: live.length, lastSeenAt: last[0] ?? null }];
  }
  const running = serving.reduce((total, worker) => total + worker.running, 0);
  const concurrency = serving.reduce((total, worker) => total + worker.concurrency, 0);
  const areAllBusy = serving.every((worker) => worker.running >= worker.concurrency);
  return areAllBusy ? [{ type: "workers-busy", workers: serving.length, running, concurrency }] : [];
}

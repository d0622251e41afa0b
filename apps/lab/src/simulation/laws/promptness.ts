import { isGateOpen, isReady, type JobId, taskGateKey, toEpochMs } from "@sluice/core";
import type { Watch } from "../watch-store.js";
import type { World } from "../world.js";

const sampleEveryMs = 500;
/** Enough for a wake-up and a claim. */
const patienceMs = 2_000;
/** More than the longest gap between two dispatches of one worker. */
const idleMs = 1_000;

/**
 * Where nothing is lost on the way, handlers are told of a cancel, and no worker sleeps beside work that it could do, however rarely it polls. Jobs without any
 * gate but their task's are looked at: with those there is no doubt whether they may pass.
 */
export function startPromptness(world: World, watch: Watch): { stop(): void } {
  const { clock, plan, faults, idle, cancels, violate } = world;
  const taskType = "notify";
  let waitingSince = new Map<JobId, { readonly leaseNo: number; readonly atMs: number }>();
  let cancel: () => void = () => undefined;

  function sample(): void {
    const nowMs = clock.monotonicMs();
    const now = toEpochMs(clock.wallMs());
    const gate = watch.gates.get(taskGateKey(taskType));
    const mayPass = idle.anyFor(idleMs) && (gate === undefined || isGateOpen(gate, now));
    const still: typeof waitingSince = new Map();
    for (const job of mayPass ? watch.jobs.values() : []) {
      if (job.taskType !== taskType || !isReady(job, now)) continue;
      const before = waitingSince.get(job.id);
      const since = before?.leaseNo === job.leaseNo ? before : { leaseNo: job.leaseNo, atMs: nowMs };
      if (nowMs - since.atMs >= patienceMs) violate("idleness", `${job.id} waits beside an idle worker`);
      still.set(job.id, since);
    }
    waitingSince = still;
    for (const fault of cancels.findUntold(watch.jobs)) violate("cancel", fault);
    cancel = clock.schedule(sampleEveryMs, sample);
  }

  if (plan.hasNotifications && faults.isCalm) sample();
  return { stop: () => cancel() };
}

import type { ClaimAnswer, EndedRun, EpochMs, Gate, GateKey, Job, JobId } from "@sluice/core";
import { closedUntil, isProbing, taskGateKey } from "@sluice/core";

/** What is known of the store at one instant. */
export interface Glimpse {
  readonly now: EpochMs;
  readonly jobs: ReadonlyMap<JobId, Job>;
  readonly gates: ReadonlyMap<GateKey, Gate>;
}

/** By task type, as the workers have declared them. */
export type DeclaredGates = ReadonlyMap<string, readonly GateKey[]>;

export function gatesOfTask(taskType: string, declared: DeclaredGates): readonly GateKey[] {
  return [taskGateKey(taskType), ...(declared.get(taskType) ?? [])];
}

/** Only an operator shortens what holds a gate. */
export function checkGateChange(
  before: Gate,
  after: Gate,
  seen: { now: EpochMs; operation: string },
): readonly string[] {
  const { now, operation } = seen;
  const faults: string[] = [];
  const closedBefore = before.closing?.until ?? now;
  if (closedBefore > now && (after.closing?.until ?? now) < closedBefore && operation !== "open-gate")
    faults.push(`closing of ${after.key} shortened by ${operation}`);
  const pausedBefore = before.pausedUntil ?? now;
  const isPausing = operation === "pause-gate" || operation === "resume-gate";
  if (pausedBefore > now && (after.pausedUntil ?? now) < pausedBefore && !isPausing)
    faults.push(`pause of ${after.key} shortened by ${operation}`);
  return faults;
}

/** Nothing is claimed through a closed gate, nor more at once than a window or a probe allows. */
export function checkClaim(
  { jobs }: ClaimAnswer,
  { gates, after, declared }: { gates: readonly Gate[]; after: Glimpse; declared: DeclaredGates },
): readonly string[] {
  const gatesOf = (taskType: string) => gatesOfTask(taskType, declared);
  const passed = new Set(jobs.flatMap(({ taskType }) => gatesOf(taskType)));
  return gates.flatMap((gate) => {
    const { key } = gate;
    if (!passed.has(key)) return [];
    const until = closedUntil(gate, after.now);
    if (until !== null) return [`claimed through ${key}, closed for another ${until - after.now} ms`];
    const window = isProbing(gate, after.now) ? 1 : gate.limits.maxInFlight;
    if (window === null) return [];
    const inFlight = [...after.jobs.values()].filter(
      (job) =>
        job.status === "processing" && job.lease.expiresAt > after.now && gatesOf(job.taskType).includes(key),
    ).length;
    return inFlight > window ? [`${inFlight} in flight behind ${key}, of ${window}`] : [];
  });
}

const minWaitMs = 250;
const maxWaitMs = 24 * 3_600_000;

/** What the provider asked for, the gate does: for news, and for a longer wait while it is closed anyway. */
export function checkRefusal(
  { outcome, job }: Pick<EndedRun, "outcome" | "job">,
  { before, after, now }: { before: readonly Gate[]; after: ReadonlyMap<GateKey, Gate>; now: EpochMs },
): readonly string[] {
  if (!("gateKey" in outcome)) return [];
  const { gateKey } = outcome;
  const gate = before.find(({ key }) => key === gateKey);
  const isNews = gate === undefined || job.lease.claimedAt >= gate.epochAt;
  const isClosed = (gate?.closing?.until ?? 0) > now;
  const toldMs = outcome.type === "blocked" ? null : outcome.waitMs;
  if (!isNews && (!isClosed || toldMs === null)) return [];
  const waitMs = Math.min(Math.max(toldMs ?? 0, minWaitMs), maxWaitMs);
  const leftMs = (after.get(gateKey)?.closing?.until ?? now) - now;
  return leftMs < waitMs ? [`${gateKey} closed for ${leftMs} ms, the provider asked for ${waitMs}`] : [];
}

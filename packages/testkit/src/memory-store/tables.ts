import {
  defaultGatePolicy,
  defaultUpkeepPolicy,
  type EpochMs,
  type Gate,
  type GateKey,
  type GatePolicy,
  isGateOpen,
  isProbing,
  isReady,
  type Job,
  type PendingJob,
  type UnservedClock,
  type UpkeepPolicy,
  type WorkerRecord,
} from "@sluice/core";
import { GateTable } from "./gate-table.js";
import { JobTable } from "./job-table.js";
import { LedgerTable } from "./ledger-table.js";
import { TargetStatusTable } from "./target-status-table.js";
import { WakeBell } from "./wake-bell.js";

/** All that the store knows. What changes it does so between two awaits, so that every change is atomic. */
export interface Tables {
  readonly now: () => EpochMs;
  readonly jobs: JobTable;
  readonly gates: GateTable;
  readonly ledger: LedgerTable;
  readonly targetStatuses: TargetStatusTable;
  readonly workers: Map<string, WorkerRecord>;
  readonly unserved: Map<string, UnservedClock>;
  readonly bell: WakeBell;
  readonly gatePolicy: GatePolicy;
  readonly upkeepPolicy: UpkeepPolicy;
}

export function newTables(
  now: () => EpochMs,
  policies: { readonly gatePolicy?: Partial<GatePolicy>; readonly upkeepPolicy?: Partial<UpkeepPolicy> },
): Tables {
  return {
    now,
    jobs: new JobTable(),
    gates: new GateTable(),
    ledger: new LedgerTable(),
    targetStatuses: new TargetStatusTable(),
    workers: new Map(),
    unserved: new Map(),
    bell: new WakeBell(),
    gatePolicy: { ...defaultGatePolicy, ...policies.gatePolicy },
    upkeepPolicy: { ...defaultUpkeepPolicy, ...policies.upkeepPolicy },
  };
}

export function insertJob(tables: Tables, job: PendingJob): void {
  tables.jobs.insert(job);
  const row = tables.jobs.row(job.id);
  if (job.target !== null && row !== undefined)
    tables.targetStatuses.set(job.target, row, job.status, tables.now());
  // Also for one that is due later: whoever sleeps has to know that there is something to get up for.
  tables.bell.jobsReady(job.taskType);
}

export function replaceJob(tables: Tables, job: Job): void {
  tables.jobs.replace(job);
  if (isReady(job, tables.now())) tables.bell.jobsReady(job.taskType);
}

/** Writes what `change` makes of the gate, and makes the gate if there was none. */
export function changeGate(tables: Tables, key: GateKey, change: (gate: Gate) => Gate): Gate {
  const before = tables.gates.get(key);
  const after = change(before);
  const now = tables.now();
  tables.gates.put(after);
  if (isGateOpen(after, now) !== isGateOpen(before, now) || isProbing(after, now) !== isProbing(before, now))
    tables.bell.gateChanged(key);
  return after;
}

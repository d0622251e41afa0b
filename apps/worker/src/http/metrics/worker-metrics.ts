import { runOutcomeTypes } from "@sluice/core";
import type { StoreOperation, Worker } from "@sluice/runner";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ServedWork } from "./served-work.js";

const secondsOfWork = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160];
const secondsOfWaiting = [0.01, 0.1, 1, 5, 15, 60, 300, 1_800, 7_200, 43_200, 172_800];
const secondsOfStatements = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

const operations: Readonly<Record<StoreOperation, true>> = {
  claim: true,
  renew: true,
  commit: true,
  "commit-closing": true,
  "commit-save": true,
  maintain: true,
  "remove-worker": true,
  "stop-listening": true,
};

/** What this process's worker does. Task types, outcomes and gates are those of its own handlers: few. */
export function recordWorkerMetrics(
  worker: Worker,
  register: Registry,
  { taskTypes }: Pick<ServedWork, "taskTypes">,
): void {
  const registers = [register];
  const attempts = new Counter({
    name: "sluice_attempts_total",
    help: "Runs that ended and are in the store, by the outcome that the attempt ledger has.",
    labelNames: ["task_type", "outcome"],
    registers,
  });
  const waits = new Histogram({
    name: "sluice_job_wait_seconds",
    help: "How long jobs waited from their due time until a worker took them.",
    labelNames: ["task_type"],
    buckets: secondsOfWaiting,
    registers,
  });
  const runs = new Histogram({
    name: "sluice_run_duration_seconds",
    help: "How long runs took in this worker, from the claim to their end.",
    labelNames: ["task_type"],
    buckets: secondsOfWork,
    registers,
  });
  const claims = new Histogram({
    name: "sluice_claim_duration_seconds",
    help: "How long claims took, with or without jobs.",
    buckets: secondsOfStatements,
    registers,
  });
  const commits = new Histogram({
    name: "sluice_commit_duration_seconds",
    help: "How long it took from the end of a run until the store had it.",
    buckets: secondsOfStatements,
    registers,
  });
  const closings = new Counter({
    name: "sluice_gate_closings_total",
    help: "Runs that asked a gate to be closed for everyone, because of the provider's answer.",
    labelNames: ["gate", "outcome"],
    registers,
  });
  const storeFailures = new Counter({
    name: "sluice_store_failures_total",
    help: "Calls of the worker to the database that failed.",
    labelNames: ["operation"],
    registers,
  });
  const lostLeases = new Counter({
    name: "sluice_lost_leases_total",
    help: "Leases that ran out under a run, and commits that came too late.",
    registers,
  });
  const faults = new Counter({
    name: "sluice_faults_total",
    help: "Things that cannot be: bugs of Sluice or of a handler.",
    registers,
  });
  const stuck = new Gauge({
    name: "sluice_stuck_handlers",
    help: "Handlers that still run long after they were told to stop.",
    registers,
  });
  new Gauge({
    name: "sluice_running_jobs",
    help: "Jobs that run in this worker now.",
    registers,
    collect() {
      this.set(worker.status.running);
    },
  });

  for (const task_type of taskTypes)
    for (const outcome of runOutcomeTypes) attempts.inc({ task_type, outcome }, 0);
  for (const operation of Object.keys(operations)) storeFailures.inc({ operation }, 0);

  worker.observe((event) => {
    switch (event.type) {
      case "claimed":
        return waits.observe({ task_type: event.job.taskType }, event.waitedMs / 1_000);
      case "run-succeeded":
      case "run-failed":
      case "run-deferred":
      case "run-released":
      case "run-cancelled":
        return runs.observe({ task_type: event.job.taskType }, event.durationMs / 1_000);
      case "committed":
        attempts.inc({ task_type: event.job.taskType, outcome: event.outcome });
        return commits.observe(event.durationMs / 1_000);
      case "polled":
        return claims.observe(event.durationMs / 1_000);
      case "gate-closing":
        return closings.inc({ gate: event.gate, outcome: event.outcome });
      case "store-failed":
        return storeFailures.inc({ operation: event.operation });
      case "lease-lost":
      case "fenced-off":
        return lostLeases.inc();
      case "fault":
        return faults.inc();
      case "handler-stuck":
        return stuck.inc();
      case "late-end-ignored":
        return stuck.dec();
      default:
        return undefined;
    }
  });
}

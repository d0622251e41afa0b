import { type InspectStore, isLiveWorker, type JobCount, jobStatuses, type WorkerRecord } from "@sluice/core";
import { Gauge, type Registry } from "prom-client";
import { jsonGate } from "../../json-views.js";
import { rationReads } from "../ration-reads.js";
import { foldLabels } from "./fold-labels.js";
import type { ServedWork } from "./served-work.js";

/** The state of the queue, the same whoever is asked. */
interface Fleet {
  readonly counts: readonly JobCount[];
  readonly gates: readonly ReturnType<typeof jsonGate>[];
  readonly workers: readonly WorkerRecord[];
}

/** Counting reads every job: scrapes together keep one connection busy for 5 % of the time at most, and get the last count. */
const ration = { restMs: 5_000, restFactor: 20, patienceMs: 2_000, usableMs: 120_000 };
/** Task types and gates come from the database, where anybody may have made up any number. */
const maxTaskTypes = 50;
const maxGates = 100;

/** Answers what is to be called before each scrape. Without a recent answer of the database, its gauges are absent. */
export function createFleetMetrics(
  store: InspectStore,
  register: Registry,
  { taskTypes }: Pick<ServedWork, "taskTypes">,
  options: Parameters<typeof rationReads>[1] = ration,
): () => Promise<void> {
  const registers = [register];
  const jobs = new Gauge({
    name: "sluice_jobs",
    help: "Jobs in the database; ended ones until retention deletes them. Task types beyond the fifty with most jobs are `other`.",
    labelNames: ["task_type", "status"],
    registers,
  });
  const open = new Gauge({
    name: "sluice_gate_open",
    help: "1 when jobs pass the gate, half open ones included; 0 when an operator or the provider holds it.",
    labelNames: ["gate"],
    registers,
  });
  const held = new Gauge({
    name: "sluice_gate_held",
    help: "1 while a gate is paused (by an operator), closed or half open (after a provider's answer).",
    labelNames: ["gate", "state", "reason"],
    registers,
  });
  const workers = new Gauge({
    name: "sluice_live_workers",
    help: "Workers that gave a sign of life of late, by the task types that they handle.",
    labelNames: ["task_type"],
    registers,
  });
  const up = new Gauge({
    name: "sluice_database_up",
    help: "1 when the database answered the last question for these numbers, 0 when it failed or is late.",
    registers,
  });
  const read = rationReads(() => readFleet(store), options);

  return async () => {
    const { value, failure, isLate } = await read();
    up.set(failure === null && !isLate ? 1 : 0);
    for (const gauge of [jobs, open, held, workers]) gauge.reset();
    if (value === null) return;
    const label = foldTaskTypes(value, taskTypes);
    // What there is none of is 0, not absent: an alert must see the first one come.
    for (const taskType of [...taskTypes, ...value.counts.map((count) => count.taskType)])
      for (const status of jobStatuses) jobs.inc({ task_type: label(taskType), status }, 0);
    for (const taskType of taskTypes) workers.inc({ task_type: label(taskType) }, 0);
    for (const { taskType, status, count } of value.counts)
      jobs.inc({ task_type: label(taskType), status }, count);
    for (const taskType of value.workers.flatMap(({ taskTypes }) => taskTypes))
      workers.inc({ task_type: label(taskType) });
    for (const { key, open: isOpen, state, reason } of heldFirst(value.gates).slice(0, maxGates)) {
      open.set({ gate: key }, isOpen ? 1 : 0);
      if (state !== "open") held.set({ gate: key, state, reason: reason ?? "paused" }, 1);
    }
  };
}

function foldTaskTypes({ counts, workers }: Fleet, own: readonly string[]): (taskType: string) => string {
  const counted = counts.map(({ taskType, count }) => [taskType, count] as const);
  const served = workers.flatMap(({ taskTypes }) => taskTypes.map((taskType) => [taskType, 1] as const));
  const always = own.map((taskType) => [taskType, Number.MAX_SAFE_INTEGER] as const);
  return foldLabels([...counted, ...served, ...always], maxTaskTypes);
}

function heldFirst(gates: Fleet["gates"]): Fleet["gates"] {
  return [...gates].sort((a, b) => Number(a.state === "open") - Number(b.state === "open"));
}

async function readFleet(store: InspectStore): Promise<Fleet> {
  const [counts, gates, workers, now] = await Promise.all([
    store.countJobs(),
    store.listGates(),
    store.listWorkers(),
    store.now(),
  ]);
  return {
    counts,
    gates: gates.map((gate) => jsonGate(gate, now)),
    workers: workers.filter((worker) => isLiveWorker(worker, now)),
  };
}

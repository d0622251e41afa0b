import {
  type ClaimRequest,
  defaultJobPolicy,
  type EndedRun,
  type JobStore,
  makeJobId,
  type NewJob,
  type ProcessingJob,
  type RunOutcome,
  taskGateKey,
  type WorkerRecord,
} from "@sluice/core";
import type { DrizzleTransaction } from "../src/transaction.js";

export type Store = JobStore<DrizzleTransaction>;
export type Run = EndedRun<DrizzleTransaction>;

let madeIds = 0;

/** Ids that sort by their making. */
export function newId(): NewJob["id"] {
  madeIds += 1;
  return makeJobId(1_767_225_600_000 + madeIds, { fraction: Math.random });
}

export function request(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: newId(),
    taskType: "translate",
    target: null,
    payload: { lang: "de" },
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
    ...changes,
  };
}

export function keyed(key: string, mode: "keep" | "replace" | "rerun" = "keep"): Partial<NewJob> {
  return { dedupe: { key, mode } };
}

let nonce = 0;

export function claimRequest(changes: Partial<ClaimRequest> = {}): ClaimRequest {
  nonce += 1;
  const { limit = 10, tasks = [{ taskType: "translate", limit }] } = changes;
  return { workerId: "w1", claimNonce: 2 ** 52 + nonce, leaseMs: 15_000, ...changes, limit, tasks };
}

export async function claimOne(store: Store, changes: Partial<ClaimRequest> = {}): Promise<ProcessingJob> {
  const { jobs } = await store.claim(claimRequest({ limit: 1, ...changes }));
  const [job] = jobs;
  if (job === undefined) throw new Error("there was nothing to claim");
  return job;
}

export function ended(job: ProcessingJob, outcome: RunOutcome, changes: Partial<Run> = {}): Run {
  const own = taskGateKey(job.taskType);
  return {
    job,
    outcome,
    elapsedMs: 5,
    jitter: 0.5,
    policy: defaultJobPolicy,
    gates: [own],
    defaultGate: own,
    usage: null,
    asked: true,
    told: null,
    save: null,
    ...changes,
  };
}

export const succeeded: RunOutcome = { type: "succeeded", result: { chars: 4 } };
export const failure = { name: "Error", code: "broken", message: "it broke" };

export function worker(changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return {
    id: "w1",
    taskTypes: ["translate"],
    concurrency: 4,
    running: 0,
    liveForMs: 30_000,
    seenAt: null,
    ...changes,
  };
}

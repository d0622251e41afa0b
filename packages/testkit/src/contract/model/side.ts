import {
  assertNever,
  type ClaimAnswer,
  defaultJobPolicy,
  type EndedRun,
  fenceOf,
  type GateKey,
  type JobStore,
  makeJobId,
  type NewJob,
  type ProcessingJob,
  taskGateKey,
} from "@sluice/core";
import type { StoreUnderTest } from "../store-under-test.js";
import { endRun } from "./ended-run.js";
import { type RequestShape, type Step, taskCount } from "./step.js";
import { sortById, targetOf, taskOf, visibleGate } from "./visible-state.js";

const sharedGate = "model:acme:main:mt-2" as GateKey;
/** 2026-01-01T00:00:00Z: the ids only have to be the same on both sides, and to grow. */
const firstIdMs = 1_767_225_600_000;

/** A store under a script: whatever is named by number stands for the same on the side of the model. */
export class Side<Tx> {
  readonly under: StoreUnderTest<Tx>;
  readonly #claimed: ProcessingJob[] = [];
  #open: readonly ProcessingJob[] = [];
  readonly #ended: EndedRun<Tx>[] = [];
  readonly #sharing = new Set<string>();
  #idsMade = 0;

  constructor(under: StoreUnderTest<Tx>) {
    this.under = under;
  }

  /** Does the step; answers what is to be the same on both sides. Each step has an instant of its own. */
  async take(step: Step): Promise<unknown> {
    await this.under.advance(1);
    const { store } = this.under;
    switch (step.do) {
      case "enqueue":
        return this.#enqueue(step);
      case "claim":
        return this.#claim(step);
      case "end":
        return this.#end(step);
      case "send-again": {
        const run = latest(this.#ended, step.run);
        return run && store.commit([run]);
      }
      case "renew": {
        const jobs = step.runs.flatMap((run) => latest(this.#claimed, run) ?? []);
        return store.renew({ worker: workerOf([0]), leaseMs: 15_000, fences: jobs.map(fenceOf) });
      }
      case "cancel":
      case "retry": {
        const { jobs } = await store.listJobs({ limit: 1_000 });
        const job = latest(sortById(jobs), step.job);
        return job && store[step.do](job.id);
      }
      case "pause":
        return visibleGate(await store.pauseGate(gateOf(step.gate), { forMs: step.forMs }));
      case "resume":
        return visibleGate(await store.resumeGate(gateOf(step.gate)));
      case "open":
        return visibleGate(await store.openGate(gateOf(step.gate)));
      case "declare-gates":
        return this.#declareGates(step);
      case "put-worker":
        return store.putWorker(workerOf(step.tasks));
      case "pass-time":
        return this.#passTime(step.ms);
      default:
        return assertNever(step);
    }
  }

  async #enqueue({ requests, within }: Extract<Step, { do: "enqueue" }>): Promise<unknown> {
    const { store, transaction } = this.under;
    const jobs = requests.map((shape) => this.#newJob(shape));
    if (within === "no transaction") return store.enqueue(jobs);
    if (within === "a transaction") return transaction((tx) => store.enqueue(jobs, { tx }));
    const rolledBack = new Error("rolled back");
    return transaction(async (tx) => {
      await store.enqueue(jobs, { tx });
      throw rolledBack;
    }).catch((error) => {
      if (error !== rolledBack) throw error;
    });
  }

  async #claim({ task, limit }: Extract<Step, { do: "claim" }>): Promise<readonly ClaimAnswer[]> {
    const answers: ClaimAnswer[] = [];
    for (let turn = 0; turn < taskCount; turn++) {
      const tasks = [{ taskType: taskOf((task + turn) % taskCount), limit }];
      const claimNonce = 1_000 + this.#claimed.length;
      const request = { workerId: "w", claimNonce, leaseMs: 15_000, limit, tasks };
      const { jobs, retryInMs } = await this.under.store.claim(request);
      answers.push({ jobs: sortById(jobs), retryInMs });
      this.#claimed.push(...sortById(jobs));
      this.#open = [...this.#open, ...sortById(jobs)];
      if (jobs.length > 0) break;
    }
    return answers;
  }

  #end({ among, run, ...end }: Extract<Step, { do: "end" }>): unknown {
    const job = latest(among === "open" ? this.#open : this.#claimed, run);
    if (job === undefined) return undefined;
    this.#open = this.#open.filter((open) => open !== job);
    const { store, notes } = this.under;
    const shape = { task: 0, target: 0, key: 0, mode: "rerun", priority: 0, dueInMs: 0 } as const;
    const next = this.#newJob({ ...shape, deadlineInMs: null, maxAttempts: 2 });
    const ended = endRun<Tx>(job, end, {
      otherGates: this.#sharing.has(job.taskType) ? [sharedGate] : [],
      actions: { note: notes.add, enqueueNext: (tx) => store.enqueue([next], { tx }) },
    });
    this.#ended.push(ended);
    return store.commit([ended]);
  }

  async #declareGates({ task, limits }: Extract<Step, { do: "declare-gates" }>): Promise<void> {
    const taskType = taskOf(task);
    if (limits === null) this.#sharing.delete(taskType);
    else this.#sharing.add(taskType);
    await this.under.store.putTaskGates(taskType, limits === null ? [] : [{ key: sharedGate, limits }]);
  }

  async #passTime(ms: number): Promise<unknown> {
    await this.under.advance(ms);
    // What is promoted is the store's own affair.
    const { promoted: _promoted, upkeepInMs: _upkeepInMs, ...counts } = await maintain(this.under.store);
    return counts;
  }

  #newJob(shape: RequestShape): NewJob {
    this.#idsMade += 1;
    const id = makeJobId(firstIdMs + this.#idsMade, { fraction: () => 0.5 });
    return {
      id,
      taskType: taskOf(shape.task),
      target: shape.target === null ? null : targetOf(shape.target),
      payload: { request: this.#idsMade },
      priority: shape.priority,
      due: { inMs: shape.dueInMs },
      deadline: shape.deadlineInMs === null ? null : { inMs: shape.deadlineInMs },
      maxAttempts: shape.maxAttempts,
      dedupe: shape.key === null ? null : { key: `key-${shape.key}`, mode: shape.mode },
    };
  }
}

function gateOf(gate: number): GateKey {
  return gate < taskCount ? taskGateKey(taskOf(gate)) : sharedGate;
}

/** Counted from the end: `0` is the last. */
function latest<Item>(items: readonly Item[], back: number): Item | undefined {
  return items.at(-1 - (back % Math.max(1, items.length)));
}

function workerOf(tasks: readonly number[]) {
  const hour = 3_600_000;
  return {
    ...{ id: "w", taskTypes: tasks.map(taskOf), concurrency: 4, running: 0 },
    ...{ liveForMs: 30 * hour, seenAt: null },
  };
}

function maintain<Tx>(store: JobStore<Tx>) {
  return store.maintain({ limit: 1_000, policy: defaultJobPolicy });
}

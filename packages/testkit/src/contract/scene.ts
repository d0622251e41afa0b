import {
  type ClaimRequest,
  type CommitAnswer,
  defaultJobPolicy,
  type EndedRun,
  type EpochMs,
  type Gate,
  type GateKey,
  type Job,
  type JobId,
  type JobStore,
  type MaintainAnswer,
  makeJobId,
  type NewJob,
  type ProcessingJob,
  type RunOutcome,
  taskGateKey,
  type WorkerRecord,
} from "@sluice/core";
import { afterAll, beforeAll } from "vitest";
import type { CreateStore, StoreUnderTest } from "./store-under-test.js";

/** What one test works with: a store that others use, too, and a task type that nobody else has. */
export interface Scene<Tx> extends Pick<StoreUnderTest<Tx>, "store" | "advance" | "transaction" | "notes"> {
  readonly taskType: string;
  /** The task's own gate. */
  readonly gate: GateKey;
  /** A model gate that nobody else has. */
  readonly modelGate: GateKey;
  /** Another task type that nobody else has. */
  otherTask(): string;
  request(changes?: Partial<NewJob>): NewJob;
  /** Answers the id of the job that was made. */
  enqueue(changes?: Partial<NewJob>): Promise<JobId>;
  claim(changes?: Partial<ClaimRequest>): Promise<readonly ProcessingJob[]>;
  /** Throws when there is none. */
  claimOne(changes?: Partial<ClaimRequest>): Promise<ProcessingJob>;
  ended(job: ProcessingJob, outcome: RunOutcome, changes?: Partial<EndedRun<Tx>>): EndedRun<Tx>;
  commit(job: ProcessingJob, outcome: RunOutcome, changes?: Partial<EndedRun<Tx>>): Promise<CommitAnswer>;
  worker(changes?: Partial<WorkerRecord>): WorkerRecord;
  maintain(): Promise<MaintainAnswer>;
  /** Moves the clock on, and lets upkeep see it: what is due is claimable then. */
  pass(ms: number): Promise<void>;
  /** Throws when there is none. */
  get(id: JobId): Promise<Job>;
  getGate(key: GateKey): Promise<Gate>;
}

/** Opens a store for the tests of the describe block around the call, and answers how each gets its scene. */
export function useScenes<Tx>(createStore: CreateStore<Tx>): () => Scene<Tx> {
  let opened: StoreUnderTest<Tx> | null = null;
  let scenes = 0;
  beforeAll(async () => {
    opened = await createStore();
  });
  afterAll(() => opened?.close());
  return () => {
    if (opened === null) throw new Error("the store is not open");
    scenes += 1;
    return openScene(opened, `task-${scenes}`);
  };
}

const leaseMs = 15_000;

export function openScene<Tx>(under: StoreUnderTest<Tx>, taskType: string): Scene<Tx> {
  const { store } = under;
  const gate = taskGateKey(taskType);
  let others = 0;

  const request: Scene<Tx>["request"] = (changes) => ({
    id: newId(),
    taskType,
    target: null,
    payload: { text: "hello" },
    priority: 0,
    due: { inMs: 0 },
    deadline: null,
    maxAttempts: 3,
    dedupe: null,
    ...changes,
  });

  async function claim(changes: Partial<ClaimRequest> = {}): Promise<readonly ProcessingJob[]> {
    const { jobs } = await store.claim(claimRequest(taskType, changes));
    return jobs;
  }

  const ended: Scene<Tx>["ended"] = (job, outcome, changes) => ({
    job,
    outcome,
    elapsedMs: 100,
    jitter: 0.5,
    policy: defaultJobPolicy,
    gates: [taskGateKey(job.taskType)],
    defaultGate: taskGateKey(job.taskType),
    usage: null,
    asked: true,
    told: null,
    save: null,
    ...changes,
  });

  return {
    ...under,
    taskType,
    gate,
    modelGate: `model:acme:${taskType}:mt-2` as GateKey,
    otherTask: () => `${taskType}-other-${++others}`,
    request,
    enqueue: async (changes) => {
      const [answer] = await store.enqueue([request(changes)]);
      if (answer?.outcome !== "created") throw new Error(`not created but ${answer?.outcome}`);
      return answer.id;
    },
    claim,
    claimOne: async (changes) => {
      const [job] = await claim({ limit: 1, ...changes });
      if (job === undefined) throw new Error(`no job of ${taskType} could be claimed`);
      return job;
    },
    ended,
    commit: async (job, outcome, changes) => {
      const [answer] = await store.commit([ended(job, outcome, changes)]);
      if (answer === undefined) throw new Error("the commit was not answered");
      return answer;
    },
    worker: (changes) => ({
      id: `worker-of-${taskType}`,
      taskTypes: [taskType],
      concurrency: 10,
      running: 0,
      liveForMs: 30_000,
      seenAt: null,
      ...changes,
    }),
    maintain: () => maintain(store),
    pass: async (ms) => {
      await under.advance(ms);
      await maintain(store);
    },
    get: async (id) => {
      const job = await store.getJob(id);
      if (job === null) throw new Error(`there is no job ${id}`);
      return job;
    },
    getGate: async (key) => {
      const found = (await store.listGates()).find((each) => each.key === key);
      if (found === undefined) throw new Error(`there is no gate ${key}`);
      return found;
    },
  };
}

export function claimRequest(taskType: string, changes: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    workerId: `worker-of-${taskType}`,
    claimNonce: newNonce(),
    leaseMs,
    limit: 100,
    tasks: [{ taskType, limit: 100 }],
    ...changes,
  };
}

function maintain<Tx>(store: JobStore<Tx>): Promise<MaintainAnswer> {
  return store.maintain({ limit: 1_000, policy: defaultJobPolicy });
}

let lastIdMs = 0;

/** Ids made one after another sort in that order: stores may take the id for the age. */
function newId(): JobId {
  lastIdMs = Math.max(lastIdMs + 1, Date.now());
  return makeJobId(lastIdMs, { fraction: Math.random });
}

function newNonce(): number {
  return Math.floor(Math.random() * 2 ** 53);
}

/** The instant of a waiting job. */
export function dueAtOf(job: Job): EpochMs {
  if (!("dueAt" in job)) throw new Error(`job ${job.id} is ${job.status}, not waiting`);
  return job.dueAt;
}

export function idsOf(jobs: readonly Job[]): readonly JobId[] {
  return jobs.map(({ id }) => id);
}

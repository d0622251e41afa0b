/** Where an engine keeps its jobs: a database of its own, or keys of its own in Redis. */
export interface Place {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  /** Of its keys in Redis. */
  readonly prefix: string;
}

/** What each job carries: some 120 bytes, as a task that names its target has. */
export interface Payload {
  readonly n: number;
  readonly text: string;
}

export interface EngineSetUp {
  readonly taskTypes: readonly string[];
  /** Whether idle workers are to be woken by what is enqueued; where that is a choice, it costs enqueuers. */
  readonly wakes: boolean;
}

export interface WorkerSettings {
  /** Handlers at once. For pg-boss: fetching loops. */
  readonly concurrency: number;
  /** Jobs fetched at once, where the engine has them fetched ahead or in batches; 1: neither. */
  readonly batch: number;
  readonly taskTypes: readonly string[];
}

/** A handler: called once per job, with its payload. */
export type OnJob = (payload: Payload) => void;

export interface QueueWorker {
  stop(): Promise<void>;
}

export interface Producer {
  /** One job; resolves when it is stored. */
  enqueue(taskType: string, payload: Payload): Promise<unknown>;
  /** Many jobs with one call of the engine's own; resolves when they are stored. */
  enqueueMany(taskType: string, payloads: readonly Payload[]): Promise<unknown>;
  /** Jobs that wait or run. */
  countUnfinished(taskType: string): Promise<number>;
  /** What the engine wants done between filling and draining. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A job engine as the benchmarks use it: at the settings that its own documentation gives for the purpose. */
export interface Engine {
  /** Makes its tables. */
  setUp(place: Place, options: EngineSetUp): Promise<void>;
  openProducer(place: Place, options: EngineSetUp & { readonly connections: number }): Promise<Producer>;
  startWorker(place: Place, settings: WorkerSettings, onJob: OnJob): Promise<QueueWorker>;
  /** Stops claims of the type while it is served. `null`: the engine has no such thing; its workers then do not serve it. */
  readonly pause: ((place: Place, taskType: string) => Promise<void>) | null;
}

/** A job's payload by its number. */
export function makePayload(n: number): Payload {
  return {
    n,
    text: `summarise function ${n} of the module that keeps the temperature of the kettles in the kitchen`,
  };
}

import type { Handler, Job, JobStore } from "@sluice/core";
import { createMemoryStore, type MemoryStoreOptions } from "@sluice/testkit";
import { createJobs, type Jobs } from "../src/client/create-jobs.js";
import { createSeededRandom } from "../src/testing/seeded-random.js";
import { createVirtualClock, type VirtualClock } from "../src/testing/virtual-clock.js";
import { createWorker, type Worker } from "../src/worker/create-worker.js";
import type { WorkerEvent, WorkerEventOf, WorkerEventType } from "../src/worker/worker-event.js";
import type { WorkerOptions } from "../src/worker/worker-options.js";

/** What `save` writes to: a list that is kept when it is committed. */
export type Writes = string[];

/** A store in memory, a client and workers, all on one virtual clock. */
export interface VirtualWorld {
  readonly clock: VirtualClock;
  readonly store: JobStore<Writes>;
  readonly jobs: Jobs<Writes>;
  /** What committed transactions have written. */
  readonly written: string[];
  /** A worker whose events are kept. */
  worker(
    options: Partial<WorkerOptions<Writes>> & { readonly handlers: readonly Handler<Writes>[] },
  ): ObservedWorker;
  job(id: string): Promise<Job>;
}

export interface ObservedWorker extends Worker {
  readonly events: readonly WorkerEvent[];
  eventsOf<Type extends WorkerEventType>(type: Type): readonly WorkerEventOf<Type>[];
}

export function createVirtualWorld({
  seed = 1,
  wrap = (store) => store,
  ...storeOptions
}: {
  readonly seed?: number;
  /** What workers see of the store. */
  readonly wrap?: (store: JobStore<Writes>) => JobStore<Writes>;
} & Partial<MemoryStoreOptions<Writes>> = {}): VirtualWorld {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const written: string[] = [];
  const store = createMemoryStore<Writes>({
    clock: clock.wallMs,
    transaction: () => [],
    onCommit: (writes) => written.push(...writes),
    ...storeOptions,
  });
  const jobs = createJobs({ store, clock, random });
  return {
    clock,
    store,
    jobs,
    written,
    worker(options) {
      const worker = createWorker<Writes>({ store: wrap(store), clock, random, ...options });
      const events: WorkerEvent[] = [];
      worker.observe((event) => events.push(event));
      return Object.assign(Object.create(worker, Object.getOwnPropertyDescriptors(worker)) as Worker, {
        events,
        eventsOf: <Type extends WorkerEventType>(type: Type) =>
          events.filter((event): event is WorkerEventOf<Type> => event.type === type),
      });
    },
    async job(id) {
      const job = await jobs.get(id);
      if (job === null) throw new Error(`there is no job ${id}`);
      return job;
    },
  };
}

/** Resolves after so long on the clock, whatever happens. */
export function pass(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(ms, resolve));
}

/** Runs on until the signal is aborted, then throws its reason, as a well-behaved call does. */
export function untilAborted(signal: { readonly aborted: boolean; readonly reason: Error }): Promise<never> {
  return new Promise((_, reject) => {
    const target = signal as unknown as AbortSignal;
    if (signal.aborted) reject(signal.reason);
    else target.addEventListener("abort", () => reject(signal.reason));
  });
}

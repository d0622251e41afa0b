import { defaultJobPolicy, type JobStore, type MaintainAnswer } from "@sluice/core";
import { createWorker } from "../worker/create-worker.js";
import type { WorkerOptions } from "../worker/worker-options.js";
import { createIdleNotes, type IdleReport } from "./idle-report.js";
import { createSeededRandom } from "./seeded-random.js";
import type { VirtualClock } from "./virtual-clock.js";
import { watchClaims } from "./watch-claims.js";
import { watchWorker } from "./watch-worker.js";

/** The store's time in a test's hand: the clock of a test store, a memory store itself. */
export interface MovableClock {
  advance(ms: number): unknown;
}

export interface RunUntilIdleOptions<Tx>
  extends Pick<
    WorkerOptions<Tx>,
    "handlers" | "concurrency" | "policy" | "resultLimits" | "logger" | "random"
  > {
  readonly store: JobStore<Tx>;
  /**
   * With it, whatever is only a matter of time is jumped over by moving it on: jobs due later, backoffs, permits, closed and
   * paused gates. Without it, only what can run now is run. A virtual clock that a memory store goes by is the worker's, too:
   * then handlers time out in no time, but must wait for nothing outside of the process.
   */
  readonly clock?: MovableClock | VirtualClock;
  /** The clock is not moved further than so far in all; what comes later is left waiting. Default: a week. */
  readonly limitMs?: number;
  /** More runs are a mistake: a handler that always enqueues its own task again, say. Default 1,000. */
  readonly maxRuns?: number;
}

const weekMs = 7 * 24 * 3_600_000;
const hourMs = 3_600_000;
/** Rows per kind and step of upkeep. */
const upkeepLimit = 500;

/**
 * Works off a store with a worker until nothing is left that could run, jobs included that handlers enqueue; answers how
 * everything ended. One job after another, unless a `concurrency` is given; chance is seeded. Rejects if the store fails.
 */
export async function runUntilIdle<Tx>(options: RunUntilIdleOptions<Tx>): Promise<IdleReport> {
  const { clock = null, limitMs = weekMs } = options;
  if (!isVirtual(clock))
    return await drain(options, { clock, pass: async (ms) => void (await clock?.advance(ms)) });
  const pass = (ms: number) => new Promise<void>((resolve) => clock.schedule(ms, resolve));
  // Beside the waits between runs there are those within them.
  return await clock.finish(drain(options, { clock, pass }), { limitMs: 2 * limitMs + weekMs });
}

interface Time {
  readonly clock: MovableClock | VirtualClock | null;
  /** Lets time go on. */
  readonly pass: (ms: number) => Promise<void>;
}

function isVirtual(clock: Time["clock"]): clock is VirtualClock {
  return clock !== null && "finish" in clock;
}

async function drain<Tx>(options: RunUntilIdleOptions<Tx>, { clock, pass }: Time): Promise<IdleReport> {
  const { store, limitMs = weekMs, maxRuns = 1_000, clock: _, ...workerOptions } = options;
  const notes = createIdleNotes(store);
  const claims = watchClaims(store, {
    taskTypes: options.handlers.map(({ task }) => task.type),
    onCommitted: async (runs) => {
      for (const { job } of runs) await notes.noteRun(job);
    },
  });
  const worker = createWorker<Tx>({
    concurrency: 1,
    random: createSeededRandom(1),
    ...workerOptions,
    ...(isVirtual(clock) ? { clock } : {}),
    store: claims.store,
    // Both are done here, whenever the worker is idle.
    maintenance: false,
    pollIntervalMs: hourMs,
  });
  const watch = watchWorker(worker, { maxRuns });
  let waitedMs = 0;

  try {
    const firstIdle = watch.nextIdle();
    await worker.start();
    await firstIdle;
    for (;;) {
      await notes.noteWaiting();
      if (!(await keepUp(store, options.policy))) {
        const { retryInMs } = claims;
        if (clock === null || retryInMs === null || waitedMs + retryInMs > limitMs) break;
        const ms = Math.max(1, Math.ceil(retryInMs));
        await pass(ms);
        waitedMs += ms;
      }
      const idle = watch.nextIdle();
      claims.wake();
      await idle;
    }
  } catch (error) {
    // Nobody waits for a worker whose store fails: it would try again for a while.
    void worker.stop({ graceMs: 0 });
    throw error;
  }
  await worker.stop({ graceMs: 0 });
  return { ...(await notes.report()), waitedMs };
}

/** All upkeep that is due. Answers whether jobs have become claimable by it. */
async function keepUp<Tx>(store: JobStore<Tx>, policy = defaultJobPolicy): Promise<boolean> {
  let claimable = 0;
  for (;;) {
    const answer = await store.maintain({ limit: upkeepLimit, policy });
    claimable += answer.promoted + answer.reclaimed;
    if (largest(answer) < upkeepLimit) return claimable > 0;
  }
}

function largest({ promoted, reclaimed, expired, unroutable, deleted }: MaintainAnswer): number {
  return Math.max(promoted, reclaimed, expired, unroutable, deleted);
}

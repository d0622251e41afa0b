import { describeFailure } from "@sluice/core";
import { logEvents } from "./log-events.js";
import { createObservers, type Observer } from "./observers.js";
import { silentLogger } from "./silent-logger.js";
import type { WorkerEventOf, WorkerEventType } from "./worker-event.js";
import type { WorkerOptions } from "./worker-options.js";
import { createWorkerSession, type WorkerSession } from "./worker-session.js";
import { toWorkerSettings } from "./worker-settings.js";

/** Claims jobs and runs them. `start` and `stop` may be called in any order and at once: the last word holds. */
export interface Worker {
  readonly id: string;
  readonly status: WorkerStatus;
  /** Resolves when the worker is known to the store and works. Rejects if the store fails; it may be called again. */
  start(): Promise<void>;
  /**
   * Takes no more jobs, lets those that run finish for `graceMs` (default 20,000), then aborts them and gives them back
   * without an attempt, and resolves when all is committed, or when `abortGraceMs` and one lease are over after the grace (or after a
   * start that was under way), whether the store answers or not. Called again meanwhile, the shorter grace counts.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Calls the listener for each event of a type. Answers how to stop it. Throws a TypeError if there is no such type. */
  on<Type extends WorkerEventType>(type: Type, listener: (event: WorkerEventOf<Type>) => unknown): () => void;
  /** Calls the observer for every event. */
  observe(observer: Observer): () => void;
}

export interface WorkerStatus {
  readonly phase: "stopped" | "starting" | "working" | "stopping";
  /** Runs that have begun and not ended. */
  readonly running: number;
  /** Slots that take no job now: those of the runs, and of stuck handlers as far as these outnumber the slots. */
  readonly occupied: number;
  /** Handlers that go on although their runs have ended without them. */
  readonly stuck: number;
  /** Runs that are over and not yet in the store. */
  readonly uncommitted: number;
}

const defaultGraceMs = 20_000;

/** Throws a TypeError or RangeError on unusable options. */
export function createWorker<Tx>(options: WorkerOptions<Tx>): Worker {
  const settings = toWorkerSettings(options);
  const { logger, id } = settings;
  const observers = createObservers((error, { type }) =>
    logger.error({ event: type, failure: describeFailure(error) }, "an observer of the worker failed"),
  );
  if (logger !== silentLogger) observers.observe(logEvents(logger));

  let phase: WorkerStatus["phase"] = "stopped";
  let session: WorkerSession | null = null;
  let lastStep: Promise<unknown> = Promise.resolve();

  /** One start or stop after the other. */
  function afterLastStep(step: () => Promise<void>): Promise<void> {
    const done = lastStep.then(step);
    lastStep = done.catch(() => undefined);
    return done;
  }

  async function startNow(): Promise<void> {
    if (session !== null) return;
    phase = "starting";
    const next = createWorkerSession(settings, observers.emit);
    try {
      await next.begin();
    } catch (error) {
      phase = "stopped";
      throw error;
    }
    session = next;
    phase = "working";
  }

  async function stopNow(graceMs: number): Promise<void> {
    if (session === null) return;
    session.drain(graceMs);
    phase = "stopping";
    await session.end();
    session = null;
    phase = "stopped";
  }

  return {
    id,
    get status() {
      const { running = 0, occupied = 0, stuck = 0, uncommitted = 0 } = session ?? {};
      return { phase, running, occupied, stuck, uncommitted };
    },
    start: () => afterLastStep(startNow),
    async stop(options = {}) {
      const { graceMs = defaultGraceMs } = options ?? {};
      if (typeof graceMs !== "number") throw new TypeError(`graceMs must be a number, got ${typeof graceMs}`);
      if (!(graceMs >= 0)) throw new RangeError(`graceMs must be a number from 0 on, got ${graceMs}`);
      session?.drain(graceMs);
      if (phase === "working") phase = "stopping";
      await afterLastStep(() => stopNow(graceMs));
    },
    on: observers.on,
    observe: observers.observe,
  };
}

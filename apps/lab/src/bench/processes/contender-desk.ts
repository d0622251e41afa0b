import { type Engine, makePayload, type Place, type Producer, type QueueWorker } from "../engines/engine.js";
import { type EngineName, loadEngine } from "../engines/load-engine.js";
import { createCallBook } from "./call-book.js";
import { machineTimeMs } from "./machine-time.js";

export interface ContenderSetUp {
  readonly engine: EngineName;
  readonly place: Place;
  readonly taskTypes: readonly string[];
  readonly wakes: boolean;
  /** Of the pool that enqueues. */
  readonly connections: number;
}

/** When an enqueue was called and when it was answered, in machine time. */
export interface EnqueueTimes {
  readonly calledAtMs: number;
  readonly answeredAtMs: number;
}

/** What a process that works with one engine can be asked to do. Opens what it needs when it is needed first. */
export function createContenderDesk({ engine: name, place, taskTypes, wakes, connections }: ContenderSetUp) {
  let loaded: Promise<Engine> | null = null;
  let opened: Promise<Producer> | null = null;
  let worker: QueueWorker | null = null;
  const book = createCallBook();
  let enqueued = 0;

  const engine = () => (loaded ??= loadEngine(name));
  const producer = () =>
    (opened ??= engine().then((it) => it.openProducer(place, { taskTypes, wakes, connections })));
  const nextPayload = () => makePayload(enqueued++);

  return {
    /** So that what is measured next does not begin with reading files. */
    async load(): Promise<void> {
      await engine();
    },

    async setUp(): Promise<void> {
      await (await engine()).setUp(place, { taskTypes, wakes });
    },

    /** Answers how long it took, in ms. */
    async enqueueMany(taskType: string, count: number, perCall: number): Promise<number> {
      const it = await producer();
      const chunks = Array.from({ length: Math.ceil(count / perCall) }, (_, index) =>
        Array.from({ length: Math.min(perCall, count - index * perCall) }, nextPayload),
      );
      const startedAtMs = machineTimeMs();
      for (const chunk of chunks) await it.enqueueMany(taskType, chunk);
      return machineTimeMs() - startedAtMs;
    },

    /** One job per call, so many calls in flight at a time, each waited for. Answers how many were stored, and in how many ms. */
    async enqueueSingles(
      taskType: string,
      inFlight: number,
      forMs: number,
    ): Promise<{ readonly count: number; readonly ms: number }> {
      const it = await producer();
      await it.enqueue(taskType, nextPayload());
      const startedAtMs = machineTimeMs();
      let count = 0;
      const line = async () => {
        while (machineTimeMs() - startedAtMs < forMs) {
          await it.enqueue(taskType, nextPayload());
          count += 1;
        }
      };
      await Promise.all(Array.from({ length: inFlight }, line));
      return { count, ms: machineTimeMs() - startedAtMs };
    },

    async enqueueOne(taskType: string): Promise<EnqueueTimes> {
      const it = await producer();
      const calledAtMs = machineTimeMs();
      await it.enqueue(taskType, nextPayload());
      return { calledAtMs, answeredAtMs: machineTimeMs() };
    },

    async settle(): Promise<void> {
      await (await producer()).settle();
    },

    async countUnfinished(taskType: string): Promise<number> {
      return (await producer()).countUnfinished(taskType);
    },

    /** Answers whether the engine can do that. */
    async pause(taskType: string): Promise<boolean> {
      const { pause } = await engine();
      await pause?.(place, taskType);
      return pause !== null;
    },

    async startWorker(concurrency: number, batch: number, served: readonly string[]): Promise<void> {
      worker = await (await engine()).startWorker(
        place,
        { concurrency, batch, taskTypes: served },
        book.note,
      );
    },

    /** Forgets the calls so far. */
    resetCalls: book.reset,
    /** The calls of handlers so far, and what the process has used since the first of them. */
    reportCalls: book.report,

    async stop(): Promise<void> {
      await worker?.stop();
      await (await opened)?.close();
    },
  };
}

export type ContenderDesk = ReturnType<typeof createContenderDesk>;

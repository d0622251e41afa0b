import type { JobsOptions, Processor, QueueOptions, WorkerOptions } from "bullmq";
import type { Engine, OnJob, Payload, Place } from "./engine.js";

/** The part of BullMQ that is the same whatever keeps its jobs. */
export interface BullMqBackend {
  prepare(place: Place): Promise<void>;
  openQueue(place: Place, taskType: string, options: Omit<QueueOptions, "connection">): BullMqQueue;
  openWorker(
    place: Place,
    taskType: string,
    process: Processor<Payload, void>,
    options: Omit<WorkerOptions, "connection">,
  ): BullMqWorker;
}

export interface BullMqQueue {
  add(name: string, data: Payload, options?: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: Payload }[]): Promise<unknown>;
  getJobCounts(...types: ("wait" | "active" | "prioritized" | "delayed")[]): Promise<Record<string, number>>;
  obliterate(options: { force: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface BullMqWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** Finished jobs are removed, as its guide advises for speed; a queue per task type. It has no batches. */
export function createBullMqEngine(backend: BullMqBackend): Engine {
  return {
    setUp: (place) => backend.prepare(place),

    async openProducer(place, { taskTypes }) {
      const queues = new Map(
        taskTypes.map((taskType) => [
          taskType,
          backend.openQueue(place, taskType, { defaultJobOptions: { removeOnComplete: true } }),
        ]),
      );
      const queueOf = (taskType: string): BullMqQueue => {
        const queue = queues.get(taskType);
        if (queue === undefined) throw new RangeError(`no queue was opened for ${taskType}`);
        return queue;
      };
      return {
        enqueue: (taskType, payload) => queueOf(taskType).add(taskType, payload),
        enqueueMany: (taskType, payloads) =>
          queueOf(taskType).addBulk(payloads.map((data) => ({ name: taskType, data }))),
        countUnfinished: async (taskType) => {
          const counts = await queueOf(taskType).getJobCounts("wait", "active", "prioritized", "delayed");
          return Object.values(counts).reduce((sum, count) => sum + count, 0);
        },
        settle: async () => undefined,
        close: async () => {
          for (const queue of queues.values()) {
            if (place.redisUrl !== null) await queue.obliterate({ force: true });
            await queue.close();
          }
        },
      };
    },

    async startWorker(place, { concurrency, taskTypes }, onJob) {
      const workers = taskTypes.map((taskType) => startWorkerOf(place, taskType, concurrency, onJob));
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      return {
        stop: async () => {
          await Promise.all(workers.map((worker) => worker.close()));
        },
      };
    },

    pause: null,
  };

  function startWorkerOf(place: Place, taskType: string, concurrency: number, onJob: OnJob): BullMqWorker {
    const worker = backend.openWorker(place, taskType, async ({ data }) => onJob(data), {
      concurrency,
      removeOnComplete: { count: 0 },
    });
    worker.on("error", (error) => console.error(`BullMQ: ${error.message}`));
    return worker;
  }
}

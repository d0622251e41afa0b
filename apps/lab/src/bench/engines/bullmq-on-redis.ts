import { Queue, Worker } from "bullmq";
import { createBullMqEngine } from "./bullmq.js";
import type { Place } from "./engine.js";

export const engine = createBullMqEngine({
  prepare: async () => undefined,
  openQueue: (place, taskType, options) => new Queue(taskType, { ...options, ...at(place) }),
  openWorker: (place, taskType, process, options) =>
    new Worker(taskType, process, { ...options, ...at(place) }),
});

function at({ redisUrl, prefix }: Place) {
  if (redisUrl === null) throw new Error("BullMQ on Redis needs a Redis");
  return { prefix, connection: { url: redisUrl, maxRetriesPerRequest: null } };
}

import { RateLimitError } from "bullmq";
import { Queue, Worker } from "../engines/bullmq-on-postgres.js";
import type { Payload, QueueWorker } from "../engines/engine.js";
import { callProvider } from "./call-provider.js";
import type { CallerSetUp, Policy } from "./caller-set-up.js";

/** Its limiter must be on for `rateLimit` to be obeyed; one that never limits stands in where there is none to set. */
const noLimit = { max: 1_000_000, duration: 1_000 };

export async function callThroughBullMq(
  { databaseUrl, taskType, slots, port }: CallerSetUp,
  policy: Exclude<Policy, { type: "gate" }>,
): Promise<QueueWorker> {
  const connection = { connectionString: databaseUrl, max: 4 };
  const queue = new Queue<Payload>(taskType, { connection });
  const worker = new Worker<Payload>(
    taskType,
    async ({ data }) => {
      const answer = await callProvider(port, data);
      if (answer.type === "answered") return;
      await queue.rateLimit(Math.max(1, answer.waitMs ?? policy.untoldWaitMs));
      throw new RateLimitError();
    },
    {
      connection,
      concurrency: slots,
      removeOnComplete: { count: 0 },
      limiter: policy.type === "limiter" ? policy.limiter : noLimit,
    },
  );
  worker.on("error", (error) => console.error(`BullMQ: ${error.message}`));
  await worker.waitUntilReady();
  return {
    stop: async () => {
      await worker.close(true);
      await queue.close();
    },
  };
}

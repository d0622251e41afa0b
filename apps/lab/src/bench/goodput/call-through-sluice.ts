import { handle, RateLimitedError } from "@sluice/core";
import { createWorker } from "@sluice/runner";
import { createPostgresStore } from "@sluice/store-drizzle";
import type { QueueWorker } from "../engines/engine.js";
import { taskOf } from "../engines/sluice.js";
import { openOverNodePostgres } from "../engines/sluice-over-node-postgres.js";
import { callProvider } from "./call-provider.js";
import type { CallerSetUp, Policy } from "./caller-set-up.js";
import { requestsPerMinute, tokensPerMinute } from "./provider-quota.js";

/** A worker of ours whose handler asks the provider, as README's does. */
export async function callThroughSluice(
  { databaseUrl, taskType, slots, port }: CallerSetUp,
  { isConfigured }: Extract<Policy, { type: "gate" }>,
): Promise<QueueWorker> {
  const { db, close } = openOverNodePostgres(databaseUrl, 3);
  const store = createPostgresStore({ db, listen: databaseUrl });
  const limits = isConfigured ? { requestsPerMinute, tokensPerMinute } : {};
  const handler = handle(taskOf(taskType), {
    gates: [{ key: "model:bench:main:quota", learn: true, ...limits }],
    run: async ({ payload, signal }) => {
      const answer = await callProvider(port, payload, signal);
      if (answer.type === "refused") throw new RateLimitedError({ waitMs: answer.waitMs });
      return { usage: { ...noUsage, inputTokens: answer.tokens } };
    },
  });
  const worker = createWorker({ store, concurrency: slots, handlers: [handler] });
  await worker.start();
  return {
    stop: async () => {
      await worker.stop({ graceMs: 1_000 });
      await store.close();
      await close();
    },
  };
}

const noUsage = {
  model: null,
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
  costUsd: null,
};

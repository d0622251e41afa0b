import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { Pool } from "pg";
import type { Engine, Payload } from "./engine.js";

const logger = new Logger(() => () => undefined);

/**
 * With a batch: the local queue of that size, and completions batched without delay, which its guide to performance and our own
 * trials found fastest. Without: as it comes. The pool is as large as its documentation recommends.
 */
export const engine: Engine = {
  async setUp({ databaseUrl }) {
    const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger });
    await utils.migrate();
    await utils.release();
  },

  async openProducer({ databaseUrl }, { connections }) {
    const pool = new Pool({ connectionString: databaseUrl, max: connections });
    const utils = await makeWorkerUtils({ pgPool: pool, logger });
    return {
      enqueue: (taskType, payload) => utils.addJob(taskType, payload),
      enqueueMany: (taskType, payloads) =>
        utils.addJobs(payloads.map((payload) => ({ identifier: taskType, payload }))),
      countUnfinished: async (taskType) => {
        const { rows } = await pool.query(
          "select count(*)::integer as count from graphile_worker.jobs where task_identifier = $1",
          [taskType],
        );
        return Number(rows[0]?.count);
      },
      settle: async () => undefined,
      close: async () => {
        await utils.release();
        await pool.end();
      },
    };
  },

  async startWorker({ databaseUrl }, { concurrency, batch, taskTypes }, onJob) {
    const runner = await run({
      connectionString: databaseUrl,
      logger,
      noHandleSignals: true,
      concurrency,
      maxPoolSize: Math.max(10, concurrency + 2),
      taskList: Object.fromEntries(
        taskTypes.map((taskType) => [taskType, (payload: unknown) => onJob(payload as Payload)]),
      ),
      ...(batch > 1
        ? {
            preset: {
              worker: { localQueue: { size: batch }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
            },
          }
        : {}),
    });
    return { stop: () => runner.stop() };
  },

  pause: null,
};

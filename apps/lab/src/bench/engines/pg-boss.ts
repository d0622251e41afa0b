import { PgBoss } from "pg-boss";
import type { Engine, Payload } from "./engine.js";

/** Listening, and statistics as fresh as it allows: its workers fetch without a pause only while those say that jobs wait. */
function createBoss(databaseUrl: string, connections: number): PgBoss {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: connections,
    useListenNotify: true,
    schedule: false,
    monitorIntervalSeconds: 1,
    superviseIntervalSeconds: 1,
    queueCacheIntervalSeconds: 1,
  });
  boss.on("error", (error) => console.error(`pg-boss: ${error.message}`));
  return boss;
}

/** With a batch, a handler gets that many jobs at once, and they succeed or fail together. */
export const engine: Engine = {
  async setUp({ databaseUrl }, { taskTypes, wakes }) {
    const boss = createBoss(databaseUrl, 2);
    await boss.start();
    for (const taskType of taskTypes) await boss.createQueue(taskType, { notify: wakes });
    await boss.stop({ graceful: false });
  },

  async openProducer({ databaseUrl }, { connections }) {
    const boss = createBoss(databaseUrl, connections);
    await boss.start();
    return {
      enqueue: (taskType, payload) => boss.send(taskType, payload),
      enqueueMany: (taskType, payloads) =>
        boss.insert(
          taskType,
          payloads.map((data) => ({ data })),
        ),
      countUnfinished: async (taskType) => {
        const { rows } = await boss
          .getDb()
          .executeSql(
            "select count(*)::integer as count from pgboss.job where name = $1 and state < 'completed'",
            [taskType],
          );
        return Number(rows[0]?.count);
      },
      settle: () => boss.supervise(),
      close: () => boss.stop({ graceful: false }),
    };
  },

  async startWorker({ databaseUrl }, { concurrency, batch, taskTypes }, onJob) {
    const boss = createBoss(databaseUrl, Math.max(10, concurrency + 2));
    await boss.start();
    const options = {
      localConcurrency: concurrency,
      batchSize: batch,
      pollingIntervalSeconds: 0.5,
      ...(batch > 1 ? { burstWhenBatchFull: true } : { burstWhenReadyExceeds: 1 }),
    };
    for (const taskType of taskTypes) {
      await boss.work<Payload>(taskType, options, async (jobs) => {
        for (const { data } of jobs) onJob(data);
      });
    }
    return { stop: () => boss.stop({ graceful: true, timeout: 5_000 }) };
  },

  pause: null,
};

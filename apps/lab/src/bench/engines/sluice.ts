import { defineTask, handle, type StandardSchemaV1 } from "@sluice/core";
import { createJobs, createWorker } from "@sluice/runner";
import { createPostgresStore, type DrizzleTransaction, migrate } from "@sluice/store-drizzle";
import { eq } from "drizzle-orm";
import { pgSchema, text } from "drizzle-orm/pg-core";
import type { Engine, Payload } from "./engine.js";

const liveJobs = pgSchema("sluice").table("jobs", { taskType: text("task_type") });

export interface OpenedDatabase {
  readonly db: DrizzleTransaction;
  close(): Promise<void>;
}

/** Sluice as its users run it, over a driver of theirs. `connections`: the most that may be open. */
export function createSluiceEngine(
  openDatabase: (url: string, connections: number) => OpenedDatabase,
): Engine {
  return {
    async setUp({ databaseUrl }) {
      const { db, close } = openDatabase(databaseUrl, 1);
      await migrate(db);
      await close();
    },

    async openProducer({ databaseUrl }, { connections }) {
      const { db, close } = openDatabase(databaseUrl, Math.min(connections, 10));
      // It never listens, but is told where: without it, only the workers of this process would be woken.
      const store = createPostgresStore({ db, listen: databaseUrl });
      const jobs = createJobs({ store });
      return {
        enqueue: (taskType, payload) => jobs.enqueue(taskOf(taskType), { payload }),
        enqueueMany: (taskType, payloads) =>
          jobs.enqueueMany(
            taskOf(taskType),
            payloads.map((payload) => ({ payload })),
          ),
        // `store.countJobs` counts the finished ones, too, of which there are a million.
        countUnfinished: (taskType) => db.$count(liveJobs, eq(liveJobs.taskType, taskType)),
        settle: async () => undefined,
        close: async () => {
          await store.close();
          await close();
        },
      };
    },

    async startWorker({ databaseUrl }, { concurrency, taskTypes }, onJob) {
      const { db, close } = openDatabase(databaseUrl, 10);
      const store = createPostgresStore({ db, listen: databaseUrl });
      const worker = createWorker({
        store,
        concurrency,
        handlers: taskTypes.map((taskType) =>
          handle(taskOf(taskType), { run: ({ payload }) => onJob(payload) }),
        ),
      });
      await worker.start();
      return {
        stop: async () => {
          await worker.stop({ graceMs: 5_000 });
          await store.close();
          await close();
        },
      };
    },

    async pause({ databaseUrl }, taskType) {
      const { db, close } = openDatabase(databaseUrl, 1);
      const store = createPostgresStore({ db });
      await createJobs({ store }).pause(taskOf(taskType));
      await store.close();
      await close();
    },
  };
}

export function taskOf(type: string) {
  return defineTask({ type, payload });
}

/** Checks what a schema library would check of so small an object. */
const payload: StandardSchemaV1<Payload, Payload> = {
  "~standard": {
    version: 1,
    vendor: "sluice-lab",
    validate: (value) =>
      isPayload(value) ? { value } : { issues: [{ message: "expected a number n and a text" }] },
  },
};

function isPayload(value: unknown): value is Payload {
  if (typeof value !== "object" || value === null || !("n" in value) || !("text" in value)) return false;
  return typeof value.n === "number" && typeof value.text === "string";
}

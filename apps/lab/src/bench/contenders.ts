import type { EngineName } from "./engines/load-engine.js";

/** An engine at one of its settings. */
export interface Contender {
  readonly label: string;
  readonly engine: EngineName;
  /** See `WorkerSettings`. */
  readonly concurrency: number;
  readonly batch: number;
}

/** Over the driver that a service should use, as `sluice worker` does. */
const sluice = { label: "Sluice", engine: "sluice-over-node-postgres", concurrency: 100, batch: 1 } as const;

/** Each at the settings that were found best for it; docs/benchmarks.md says why. */
export const contenders = {
  sluice,
  sluiceOverPostgresJs: {
    label: "Sluice over postgres.js",
    engine: "sluice-over-postgres-js",
    concurrency: 100,
    batch: 1,
  },
  graphileLocalQueue: {
    label: "graphile-worker, local queue of 500",
    engine: "graphile-worker",
    concurrency: 100,
    batch: 500,
  },
  graphileLocalQueue24: {
    label: "graphile-worker, local queue of 500, concurrency 24",
    engine: "graphile-worker",
    concurrency: 24,
    batch: 500,
  },
  graphile: {
    label: "graphile-worker, no local queue",
    engine: "graphile-worker",
    concurrency: 10,
    batch: 1,
  },
  pgBossBatches: { label: "pg-boss, 4 x 500", engine: "pg-boss", concurrency: 4, batch: 500 },
  pgBossSingles: { label: "pg-boss, 10 x 1", engine: "pg-boss", concurrency: 10, batch: 1 },
  bullMqOnRedis: {
    label: "BullMQ on Redis (not durable)",
    engine: "bullmq-on-redis",
    concurrency: 100,
    batch: 1,
  },
  bullMqOnPostgres: { label: "BullMQ on Postgres", engine: "bullmq-on-postgres", concurrency: 100, batch: 1 },
  handWritten: {
    label: "hand-written SQL, 100 at a time",
    engine: "hand-written",
    concurrency: 1,
    batch: 100,
  },
} as const satisfies Record<string, Contender>;

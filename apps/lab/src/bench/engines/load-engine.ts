import type { Engine } from "./engine.js";

const engines = {
  "sluice-over-postgres-js": () => import("./sluice-over-postgres-js.js"),
  "sluice-over-node-postgres": () => import("./sluice-over-node-postgres.js"),
  "graphile-worker": () => import("./graphile-worker.js"),
  "pg-boss": () => import("./pg-boss.js"),
  "bullmq-on-redis": () => import("./bullmq-on-redis.js"),
  "bullmq-on-postgres": () => import("./bullmq-on-postgres.js"),
  "hand-written": () => import("./hand-written.js"),
} as const satisfies Record<string, () => Promise<{ readonly engine: Engine }>>;

export type EngineName = keyof typeof engines;

/** Loads one engine and no other: a process is to weigh what its engine weighs. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  return (await engines[name]()).engine;
}

import { join } from "node:path";
import { startTcpProxy } from "@sluice/testkit/postgres";
import { createWorkerSlot, type WorkerSlot } from "./worker-slot.js";

export interface FleetOptions {
  readonly workers: number;
  readonly logFolder: string;
  readonly server: { readonly port: number };
  readonly databaseUrl: string;
  readonly providerUrl: string;
}

export interface Fleet {
  readonly slots: readonly WorkerSlot[];
  /** Ends all workers as a deployment would. Answers their exit codes. */
  retire(): Promise<readonly (number | null)[]>;
}

const concurrency = 3;

/** Each worker has a way of its own to the database, which can break without the others'. */
export async function startFleet({
  workers,
  logFolder,
  server,
  databaseUrl,
  providerUrl,
}: FleetOptions): Promise<Fleet> {
  const places = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const proxy = await startTcpProxy({ port: server.port });
      const env = {
        DATABASE_URL: proxy.through(databaseUrl),
        AI_MODEL: "openai-compatible:chaos",
        OPENAI_COMPATIBLE_BASE_URL: providerUrl,
        AI_JOB_CONCURRENCY: String(concurrency),
      };
      const slot = createWorkerSlot(proxy, { env, logFile: join(logFolder, `worker-${index}.log`) });
      return { proxy, slot };
    }),
  );
  return {
    slots: places.map(({ slot }) => slot),
    retire: async () => {
      const codes = await Promise.all(places.map(({ slot }) => slot.retire()));
      await Promise.all(places.map(({ proxy }) => proxy.close()));
      return codes;
    },
  };
}

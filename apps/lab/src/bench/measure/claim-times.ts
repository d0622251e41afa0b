import type { JobStore } from "@sluice/core";
import { createPostgresStore, type DrizzleTransaction } from "@sluice/store-drizzle";
import { openOverNodePostgres } from "../engines/sluice-over-node-postgres.js";

/** Runs something on a store of Sluice in this process, on connections of its own. */
export async function withStore<Answer>(
  databaseUrl: string,
  work: (store: JobStore<DrizzleTransaction>) => Promise<Answer>,
): Promise<Answer> {
  const { db, close } = openOverNodePostgres(databaseUrl, 2);
  const store = createPostgresStore({ db });
  try {
    return await work(store);
  } finally {
    await store.close();
    await close();
  }
}

/** How long claims of 100 jobs take, in ms, of a worker that has claimed before. What they take stays leased. */
export async function claimTimes(
  databaseUrl: string,
  taskTypes: readonly string[],
  claims: number,
): Promise<readonly number[]> {
  return withStore(databaseUrl, async (store) => {
    const times: number[] = [];
    for (let claim = 0; claim < claims + warmUps; claim++) {
      const first = claim % taskTypes.length;
      const rotated = [...taskTypes.slice(first), ...taskTypes.slice(0, first)];
      const startedAtMs = performance.now();
      const { jobs } = await store.claim({
        workerId: "bench",
        claimNonce: claim + 1,
        leaseMs: 3_600_000,
        limit,
        tasks: rotated.map((taskType) => ({ taskType, limit })),
      });
      if (jobs.length !== limit)
        throw new Error(`a claim took ${jobs.length} jobs, there should be ${limit}`);
      if (claim >= warmUps) times.push(performance.now() - startedAtMs);
    }
    return times;
  });
}

const limit = 100;
const warmUps = 10;

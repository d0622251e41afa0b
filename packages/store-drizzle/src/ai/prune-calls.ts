import { inArray, lt, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { aiCalls } from "./ai-calls-table.js";

export interface PruneCallsRequest {
  /** How long calls are kept, with their answers. */
  readonly keepMs: number;
  /** Calls per step, at least 1. */
  readonly limit: number;
}

/**
 * Deletes the oldest calls that are older than that; answers how many. Whoever wants it done asks again until it is fewer than
 * `limit`. Locks what it deletes, skipping locked rows. Served by `ai_calls_sent_at`. Repeated it finds what is left.
 */
export async function pruneCalls(
  db: DrizzleTransaction,
  { keepMs, limit }: PruneCallsRequest,
): Promise<number> {
  if (!(keepMs >= 0)) throw new RangeError(`calls are kept for 0 ms or longer, got ${keepMs}`);
  if (!(Number.isSafeInteger(limit) && limit >= 1))
    throw new RangeError(`a step deletes 1 call or more, got a limit of ${limit}`);
  const old = db
    .select({ id: aiCalls.id })
    .from(aiCalls)
    .where(lt(aiCalls.sentAt, sql`clock_timestamp() - ${keepMs}::float8 * interval '1 ms'`))
    .orderBy(aiCalls.sentAt)
    .limit(limit)
    .for("update", { skipLocked: true });
  return (await db.delete(aiCalls).where(inArray(aiCalls.id, old)).returning({ id: aiCalls.id })).length;
}

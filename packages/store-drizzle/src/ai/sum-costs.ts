import { type AnyColumn, and, asc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { aiCalls } from "./ai-calls-table.js";

/** What sums can be told apart by. A day is one of UTC, and counts for a call that was sent on it. */
export type CostGroup = "day" | "jobId" | "model" | "taskType";

export interface CostQuery {
  /** A sum for each combination that occurs; none: one sum of all. */
  readonly by?: readonly CostGroup[];
  readonly jobId?: string;
  readonly taskType?: string;
  readonly model?: string;
  /** Calls sent from this instant on … */
  readonly from?: Date;
  /** … and before this one. */
  readonly until?: Date;
  /** The latest day first, then the dearest. Default 1,000. */
  readonly limit?: number;
}

/** What some calls have cost. What they are not told apart by is `null`. */
export interface CostSum {
  /** `2026-11-24` */
  readonly day: string | null;
  readonly jobId: string | null;
  readonly model: string | null;
  readonly taskType: string | null;
  readonly calls: number;
  /** Calls with an answer, so surely on the bill. */
  readonly answered: number;
  /** Calls that are under way, or of which nobody knows whether they were answered: possibly on the bill. */
  readonly uncertain: number;
  /** Answered calls without a known price: what is missing from `costUsd`. */
  readonly unpriced: number;
  /** Of the calls that tell. `null`: none does. */
  readonly inputTokens: number | null;
  readonly cachedInputTokens: number | null;
  readonly outputTokens: number | null;
  /** Of the answered calls with a known price, a decimal number as text. `null`: there is none. */
  readonly costUsd: string | null;
}

const day = sql<string>`to_char(${aiCalls.sentAt} at time zone 'UTC', 'YYYY-MM-DD')`;
const columns = { day, jobId: aiCalls.jobId, model: aiCalls.model, taskType: aiCalls.taskType };

/**
 * Sums the calls ledger. Locks nothing, and may be repeated. Served by `ai_calls_job` for one job and by `ai_calls_sent_at` for a span
 * of time, else it reads the whole table.
 */
export async function sumCosts(
  db: DrizzleTransaction,
  { by = [], jobId, taskType, model, from, until, limit = 1_000 }: CostQuery = {},
): Promise<readonly CostSum[]> {
  const groups = [...new Set(by)];
  const grouped = (name: CostGroup): SQL<string | null> =>
    groups.includes(name) ? sql<string | null>`${columns[name]}` : sql<null>`null::text`;
  const answered = sql`filter (where ${aiCalls.state} = 'received')`;
  const cost = sql<string | null>`sum(${aiCalls.costUsd}) ${answered}`;
  const rows = db
    .select({
      day: grouped("day"),
      jobId: grouped("jobId"),
      model: grouped("model"),
      taskType: grouped("taskType"),
      calls: sql<number>`count(*)`.mapWith(Number),
      answered: sql<number>`count(*) ${answered}`.mapWith(Number),
      uncertain: sql<number>`count(*) filter (where ${aiCalls.state} in ('sent', 'unknown'))`.mapWith(Number),
      unpriced:
        sql<number>`count(*) filter (where ${aiCalls.state} = 'received' and ${aiCalls.costUsd} is null)`.mapWith(
          Number,
        ),
      inputTokens: sumOf(aiCalls.inputTokens),
      cachedInputTokens: sumOf(aiCalls.cachedInputTokens),
      outputTokens: sumOf(aiCalls.outputTokens),
      // As PGlite and postgres.js would give it anyway; a number would be rounded.
      costUsd: sql<string | null>`trim_scale(${cost})::text`,
    })
    .from(aiCalls)
    .where(
      and(
        jobId === undefined ? undefined : eq(aiCalls.jobId, jobId),
        taskType === undefined ? undefined : eq(aiCalls.taskType, taskType),
        model === undefined ? undefined : eq(aiCalls.model, model),
        from === undefined ? undefined : gte(aiCalls.sentAt, from),
        until === undefined ? undefined : lt(aiCalls.sentAt, until),
      ),
    )
    .orderBy(
      ...(groups.includes("day") ? [sql`1 desc`] : []),
      sql`${cost} desc nulls last`,
      ...groups.map((name) => asc(columns[name])),
    )
    .limit(limit);
  return groups.length === 0 ? rows : rows.groupBy(...groups.map((name) => columns[name]));
}

function sumOf(column: AnyColumn) {
  return sql<number | null>`sum(${column})`.mapWith(Number);
}

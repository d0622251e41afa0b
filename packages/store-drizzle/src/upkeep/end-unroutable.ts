import {
  countUnserved,
  isUnroutable,
  type JobPolicy,
  type UnservedClock,
  type UpkeepPolicy,
  unroutableFailure,
  type WaitingJob,
  type Wake,
} from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { listWorkers } from "../workers/workers.js";
import { type Swept, sweep, sweepStatement } from "./sweep.js";

interface ClockRow {
  readonly task_type: string;
  readonly now: InstantColumn;
  readonly spent_ms: number | null;
  readonly counted_at: InstantColumn | null;
}

/**
 * Locks nothing: only one counts at a time. The types that have waiting jobs are found by skipping through the indexes of ready jobs and
 * of jobs due later, their clocks by primary key. Repeated it reads again.
 */
export const readClocks = statement<ClockRow>(
  "read_unserved_clocks",
  `with recursive ready as (
     (select task_type from sluice.jobs where state = 0 order by task_type limit 1)
     union all
     select (select j.task_type from sluice.jobs j where j.state = 0 and j.task_type > r.task_type order by j.task_type limit 1)
     from ready r where r.task_type is not null),
   later as (
     (select task_type from sluice.jobs where state = 1 order by task_type limit 1)
     union all
     select (select j.task_type from sluice.jobs j where j.state = 1 and j.task_type > l.task_type order by j.task_type limit 1)
     from later l where l.task_type is not null),
   waiting as (select task_type from ready where task_type is not null union select task_type from later where task_type is not null)
   select w.task_type, sluice.to_ms((select sluice.now())) as now, c.spent_ms, sluice.to_ms(c.counted_at) as counted_at
   from waiting w left join sluice.unserved_types c on c.task_type = w.task_type order by w.task_type`,
);

// All clocks, for as long as the transaction lasts: two that count the same time would count it twice. Whoever does not get the lock
// leaves it to the other one.
const tryLock = statement<{ locked: boolean }>(
  "lock_unserved_clocks",
  "select pg_try_advisory_xact_lock(hashtextextended('sluice.unserved_types', 0)) as locked",
);

// Locks all clocks, by primary key. What is not named has no waiting jobs, and its clock begins anew. The same again writes the same.
const writeClocks = statement(
  "write_unserved_clocks",
  `with r as materialized (
     select * from json_to_recordset($1::text::json) as r (task_type text, spent_ms float8, counted_at float8)),
   gone as (delete from sluice.unserved_types t where t.task_type not in (select task_type from r))
   insert into sluice.unserved_types (task_type, spent_ms, counted_at)
   select task_type, spent_ms, sluice.from_ms(counted_at) from r order by task_type
   on conflict (task_type) do update set spent_ms = excluded.spent_ms, counted_at = excluded.counted_at`,
);

// Locks like every sweep, and may be repeated like it. The index of ready jobs of one type; only those that have been due for long can
// have waited long enough, and those are ready by now.
const waitingOfType = sweepStatement("lock_waiting_of_type", {
  condition: "j.task_type = $2::text and j.state = 0 and j.due_at <= sluice.from_ms($3::float8)",
  order: "j.priority, j.due_at, j.id",
});

/** Ends waiting jobs of types that no live worker has handled for too long. */
export async function endUnroutable(
  session: Session,
  { limit, policy }: { readonly limit: number; readonly policy: JobPolicy },
  upkeep: UpkeepPolicy,
): Promise<Swept> {
  const clocks = await countClocks(session);
  const wakes: Wake[] = [];
  let count = 0;
  for (const { taskType, clock } of clocks) {
    if (clock.spentMs < upkeep.unroutableAfterMs || count >= limit) continue;
    const dueBefore = clock.countedAt - upkeep.unroutableAfterMs;
    const swept = await sweep(
      session,
      { statement: waitingOfType, values: [limit - count, taskType, dueBefore] },
      (job, now) => {
        const waiting = job as WaitingJob;
        const isLost = isUnroutable(waiting, clock, { now, unroutableAfterMs: upkeep.unroutableAfterMs });
        return isLost ? { type: "found-unroutable", failure: unroutableFailure(waiting, clock) } : null;
      },
      policy,
    );
    count += swept.count;
    wakes.push(...swept.wakes);
  }
  return { count, wakes };
}

/** Moves the clocks on; none when another worker is doing so. */
async function countClocks(
  session: Session,
): Promise<readonly { readonly taskType: string; readonly clock: UnservedClock }[]> {
  return session.transaction(async (tx) => {
    const [lock] = await tx.run(tryLock);
    if (lock?.locked !== true) return [];
    const workers = await listWorkers(tx);
    const rows = await tx.run(readClocks);
    const clocks = rows.map((row) => {
      const now = toInstant(row.now);
      return {
        taskType: row.task_type,
        clock: countUnserved(clockOf(row), { now, taskType: row.task_type, workers }),
      };
    });
    const records = clocks.map(({ taskType, clock }) => ({
      task_type: taskType,
      spent_ms: clock.spentMs,
      counted_at: clock.countedAt,
    }));
    await tx.run(writeClocks, JSON.stringify(records));
    return clocks;
  });
}

function clockOf({ spent_ms: spentMs, counted_at: countedAt }: ClockRow): UnservedClock | null {
  return spentMs === null || countedAt === null ? null : { spentMs, countedAt: toInstant(countedAt) };
}

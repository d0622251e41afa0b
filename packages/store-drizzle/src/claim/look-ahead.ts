import type { EpochMs } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { anyGateOf, isClosed } from "./task-is-open.js";

/** What a claim that found too little needs to know about a task type. */
export interface Outlook {
  readonly taskType: string;
  readonly now: EpochMs;
  readonly needsPermits: boolean;
  /** `null` when all gates are open. */
  readonly closedUntil: EpochMs | null;
  readonly hasReady: boolean;
  /** When the next job of the type that is not ready becomes due; in the past when nobody has made it ready yet. */
  readonly nextDueAt: EpochMs | null;
}

interface OutlookRow {
  readonly task_type: string;
  readonly now: InstantColumn;
  readonly needs_permits: boolean;
  readonly closed_until: InstantColumn | null;
  readonly has_ready: boolean;
  readonly next_due_at: InstantColumn | null;
}

// Locks nothing. Per type the first entry of the index of ready jobs and of the one of jobs due later, and its gates by primary key.
const lookAhead = statement<OutlookRow>(
  "look_ahead",
  `with clock as materialized (select sluice.now() as now)
   select a.task_type, sluice.to_ms((select now from clock)) as now,
     ${anyGateOf("g.needs_permits")} as needs_permits,
     (select sluice.to_ms(max(greatest(g.paused_until, g.closed_until))) from sluice.gates g
      where g.key in (select 'task:' || a.task_type union select gate_key from sluice.task_gates tg where tg.task_type = a.task_type)
        and ${isClosed}) as closed_until,
     exists (select from sluice.jobs j where j.task_type = a.task_type and j.state = 0
       and (j.deadline_at is null or j.deadline_at > (select now from clock))) as has_ready,
     (select sluice.to_ms(j.due_at) from sluice.jobs j where j.task_type = a.task_type and j.state = 1
      order by j.due_at limit 1) as next_due_at
   from unnest((select $1::text::text[])) as a (task_type)`,
);

export async function readOutlooks(
  session: Session,
  taskTypes: readonly string[],
): Promise<readonly Outlook[]> {
  const rows = await session.run(lookAhead, arrayLiteral(taskTypes));
  return rows.map((row) => ({
    taskType: row.task_type,
    now: toInstant(row.now),
    needsPermits: row.needs_permits,
    closedUntil: row.closed_until === null ? null : toInstant(row.closed_until),
    hasReady: row.has_ready,
    nextDueAt: row.next_due_at === null ? null : toInstant(row.next_due_at),
  }));
}

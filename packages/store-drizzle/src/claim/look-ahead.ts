import type { EpochMs, JobId } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { type ClaimKey, entriesSeen, isFromMark, type LowWater } from "./low-water.js";
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
  readonly ready_priority: number | null;
  readonly ready_due_at: InstantColumn | null;
  readonly ready_id: JobId | null;
  readonly seen: number;
  readonly next_due_at: InstantColumn | null;
}

// Locks nothing, and may be repeated. Per type the first entry of the index of ready jobs from its low water on, the first of the one of
// jobs due later, and its gates by primary key. (`task_type = …` would let the planner take the index of all jobs due later, in which
// those of other types come first.)
export const lookAhead = statement<OutlookRow>(
  "look_ahead",
  `with clock as materialized (select sluice.now() as now, ${entriesSeen} as seen_before)
   select a.task_type, sluice.to_ms(c.now) as now,
     ${anyGateOf("g.needs_permits")} as needs_permits,
     (select sluice.to_ms(max(greatest(g.paused_until, g.closed_until))) from sluice.gates g
      where g.key in (select 'task:' || a.task_type union select gate_key from sluice.task_gates tg where tg.task_type = a.task_type)
        and ${isClosed}) as closed_until,
     r.priority as ready_priority, sluice.to_ms(r.due_at) as ready_due_at, r.id as ready_id,
     (${entriesSeen} - c.seen_before)::float8 as seen,
     case when l.task_type = a.task_type then sluice.to_ms(l.due_at) end as next_due_at
   from clock c cross join unnest((select $1::text::text[]), (select $2::text::integer[]), (select $3::text::float8[]),
     (select $4::text::uuid[])) as a (task_type, from_priority, from_due_ms, from_id)
   left join lateral (
     select priority, due_at, id from sluice.jobs
     where task_type = a.task_type and state = 0 and ${isFromMark} and (deadline_at is null or deadline_at > c.now)
     order by priority, due_at, id limit 1) r on true
   left join lateral (
     select task_type, due_at from sluice.jobs
     where state = 1 and (task_type, due_at) >= (a.task_type, '-infinity') order by task_type, due_at limit 1) l on true`,
);

export async function readOutlooks(
  session: Session,
  lowWater: LowWater,
  taskTypes: readonly string[],
): Promise<readonly Outlook[]> {
  const rows = await session.run(lookAhead, arrayLiteral(taskTypes), ...lowWater.columns(taskTypes));
  const keys = rows.map(
    (row) => [row.task_type, readyKey(row) ?? lowWater.emptyKey(row.task_type, toInstant(row.now))] as const,
  );
  lowWater.learn({ keys: new Map(keys), wasted: Math.max(0, ...rows.map(({ seen }) => seen)) });
  return rows.map((row) => ({
    taskType: row.task_type,
    now: toInstant(row.now),
    needsPermits: row.needs_permits,
    closedUntil: row.closed_until === null ? null : toInstant(row.closed_until),
    hasReady: row.ready_id !== null,
    nextDueAt: row.next_due_at === null ? null : toInstant(row.next_due_at),
  }));
}

function readyKey({
  ready_priority: priority,
  ready_due_at: dueAt,
  ready_id: id,
}: OutlookRow): ClaimKey | null {
  return priority === null || dueAt === null || id === null
    ? null
    : { priority, dueAt: toInstant(dueAt), id };
}

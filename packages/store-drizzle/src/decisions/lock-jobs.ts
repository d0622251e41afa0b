import type { EpochMs, FinishedJob, Job, JobId, LiveJob } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { finishedJobColumns, type JobRow, liveJobColumns, toJob } from "../rows/job-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

type LockedRow = JobRow & { readonly now: InstantColumn };

/** Jobs that this transaction holds, as they are now, and the instant that decisions about them count from. */
export interface Locked<Kind extends Job = LiveJob> {
  readonly now: EpochMs;
  readonly jobs: readonly Kind[];
}

// Locks live jobs in the order of their ids, waiting for whoever holds one. Primary key. The clock is asked after the wait.
// Again it holds the same.
const lockLive = statement<LockedRow>(
  "lock_live_jobs",
  `with locked as materialized (
     select j.* from (select id from unnest($1::text::uuid[]) as u (id) order by id) u
     cross join lateral (select * from sluice.jobs where id = u.id for update) j),
   clock as materialized (select sluice.now() as now where (select count(*) from locked) >= 0)
   select ${liveJobColumns}, sluice.to_ms((select now from clock)) as now from locked j order by j.id`,
);

// Locks one finished job. Primary key. Again it holds the same.
const lockFinished = statement<LockedRow>(
  "lock_finished_job",
  `select ${finishedJobColumns}, sluice.to_ms(sluice.now()) as now from sluice.finished_jobs j where j.id = $1::uuid for update`,
);

export async function lockLiveJobs(session: Session, ids: readonly JobId[]): Promise<Locked | null> {
  return toLocked(await session.run(lockLive, arrayLiteral(ids)));
}

export async function lockFinishedJob(session: Session, id: JobId): Promise<Locked<FinishedJob> | null> {
  return toLocked<FinishedJob>(await session.run(lockFinished, id));
}

/** `null` when there is none of them. The statement knows which table it reads, which the compiler cannot. */
export function toLocked<Kind extends Job = LiveJob>(rows: readonly LockedRow[]): Locked<Kind> | null {
  const [first] = rows;
  return first === undefined
    ? null
    : { now: toInstant(first.now), jobs: rows.map((row) => toJob(row) as Kind) };
}

import type { ClaimRequest, ProcessingJob } from "@sluice/core";
import { type ClaimedRow, claimedJobColumns, toClaimedJob } from "../rows/job-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { entriesSeen, isFromMark, type LowWater, sightingOf } from "./low-water.js";
import { anyGateOf, isClosed } from "./task-is-open.js";

/**
 * Takes ready jobs of task types whose gates are open and need no permits. Locks the jobs it takes, skipping locked ones, so that it
 * waits for nobody. One walk of the index of ready jobs per type, in order, from its low water on, stops at the type's limit; a
 * closed type costs the look at its gates. Repeated after a lost answer it takes other jobs; the first ones come back when their lease runs out.
 *
 * Committed asynchronously: losing a claim in a crash of the database loses no work, and the nonce tells a claim from the one
 * that a later one was given the number of. The parameters hide in sub-selects, because with plain ones Postgres keeps planning anew.
 */
export const claimUnpaced = statement<ClaimedRow & { readonly seen: number }>(
  "claim_unpaced",
  `with clock as materialized (
     select sluice.now() as now, set_config('synchronous_commit', 'off', true) as durability, ${entriesSeen} as seen_before),
   asked as materialized (
     select a.* from unnest((select $1::text::text[]), (select $2::text::integer[]), (select $7::text::integer[]),
       (select $8::text::float8[]), (select $9::text::uuid[])) as a (task_type, job_limit, from_priority, from_due_ms, from_id)
     where (select durability from clock) = 'off' and not ${anyGateOf(`g.needs_permits or ${isClosed}`)}),
   picked as materialized (
     select j.id from asked a cross join lateral (
       select id from sluice.jobs
       where task_type = a.task_type and state = 0 and ${isFromMark}
         and (deadline_at is null or deadline_at > (select now from clock))
       order by priority, due_at, id limit a.job_limit for update skip locked) j
     limit (select $3::integer))
   update sluice.jobs j set
     state = 2, status = 'processing', attempts = j.attempts + 1, lease_no = j.lease_no + 1,
     worker_id = $4::text, claim_nonce = $5::bigint, claimed_at = (select now from clock),
     lease_expires_at = (select now from clock) + $6::float8 * interval '1 ms'
   where j.id = any (array(select id from picked))
   returning ${claimedJobColumns}, (select ${entriesSeen} - seen_before from clock)::float8 as seen`,
);

export type TaskLimits = ClaimRequest["tasks"];

export async function claimUnpacedJobs(
  session: Session,
  lowWater: LowWater,
  request: ClaimRequest,
  { tasks, limit }: { readonly tasks: TaskLimits; readonly limit: number },
): Promise<readonly ProcessingJob[]> {
  const taskTypes = tasks.map(({ taskType }) => taskType);
  const rows = await session.run(
    claimUnpaced,
    arrayLiteral(taskTypes),
    arrayLiteral(tasks.map((task) => task.limit)),
    limit,
    request.workerId,
    request.claimNonce,
    request.leaseMs,
    ...lowWater.columns(taskTypes),
  );
  const jobs = rows.map((row) => toClaimedJob(row, request));
  lowWater.learn(sightingOf(jobs, rows[0]?.seen ?? 0));
  return jobs;
}

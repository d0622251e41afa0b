import type { ClaimRequest, ProcessingJob } from "@sluice/core";
import { type ClaimedRow, claimedJobColumns, toClaimedJob } from "../rows/job-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { entriesSeen, isFromMark, type LowWater, sightingOf } from "./low-water.js";
import type { Shares } from "./share-permits.js";
import { anyGateOf, isClosed } from "./task-is-open.js";

type FreshRow = (ClaimedRow | { readonly id: null }) & { readonly is_fresh: boolean; readonly seen: number };

/**
 * Takes ready jobs and charges their gates. Locks the gates in key order, by primary key, and goes on only if all of them are what was
 * decided on; then takes jobs like the claim without permits, skipping locked ones: who holds a gate waits for no job. Charges each gate
 * what was really taken through it. A gate whose need for permits is news keeps its types out. Committed durably: a draw that is lost
 * would overspend the quota. Repeated after a lost answer it finds the gates changed, or takes other jobs.
 */
export const claimWithPermits = statement<FreshRow>(
  "claim_with_permits",
  `with clock as materialized (select sluice.now() as now, ${entriesSeen} as seen_before),
   charged_gates as materialized (
     select * from json_to_recordset($1::text::json) as e (key text, revision bigint, pacing jsonb)),
   locked as materialized (
     select g.key, g.revision from sluice.gates g join charged_gates e on e.key = g.key order by g.key for update of g),
   fresh as materialized (
     select count(*) = (select count(*) from charged_gates) as is_fresh
     from locked l join charged_gates e on e.key = l.key and e.revision = l.revision),
   asked as materialized (
     select a.* from unnest((select $2::text::text[]), (select $3::text::integer[]), (select $7::text::integer[]),
       (select $8::text::float8[]), (select $9::text::uuid[])) as a (task_type, job_limit, from_priority, from_due_ms, from_id)
     where (select is_fresh from fresh) and (select seen_before from clock) >= 0
       and not ${anyGateOf(`${isClosed} or (g.needs_permits and g.key not in (select key from charged_gates))`)}),
   picked as materialized (
     select j.id from asked a cross join lateral (
       select id from sluice.jobs
       where task_type = a.task_type and state = 0 and ${isFromMark}
         and (deadline_at is null or deadline_at > (select now from clock))
       order by priority, due_at, id limit a.job_limit for update skip locked) j),
   taken as (
     update sluice.jobs j set
       state = 2, status = 'processing', attempts = j.attempts + 1, lease_no = j.lease_no + 1,
       worker_id = $4::text, claim_nonce = $5::bigint, claimed_at = (select now from clock),
       lease_expires_at = (select now from clock) + $6::float8 * interval '1 ms'
     where j.id = any (array(select id from picked))
     returning j.*),
   charges as (
     select e.key, e.pacing, count(*)::integer as drawn
     from charged_gates e join taken t on e.key = 'task:' || t.task_type
       or exists (select from sluice.task_gates tg where tg.task_type = t.task_type and tg.gate_key = e.key)
     group by e.key, e.pacing),
   charged as (
     update sluice.gates g set pacing = c.pacing, drawn = c.drawn, revision = g.revision + 1 from charges c where g.key = c.key)
   select (select is_fresh from fresh) as is_fresh, (select ${entriesSeen} - seen_before from clock)::float8 as seen, j.*
   from (select 1) as always left join (select ${claimedJobColumns} from taken j) j on true`,
);

/** `null`: the gates have changed since they were read. */
export async function claimJobsWithPermits(
  session: Session,
  lowWater: LowWater,
  request: ClaimRequest,
  { tasks, charged }: Shares,
): Promise<readonly ProcessingJob[] | null> {
  const taskTypes = tasks.map(({ taskType }) => taskType);
  const rows = await session.run(
    claimWithPermits,
    JSON.stringify(charged.map(({ revision, next }) => ({ key: next.key, revision, pacing: next.pacing }))),
    arrayLiteral(taskTypes),
    arrayLiteral(tasks.map(({ limit }) => limit)),
    request.workerId,
    request.claimNonce,
    request.leaseMs,
    ...lowWater.columns(taskTypes),
  );
  if (rows[0]?.is_fresh !== true) return null;
  const jobs = rows.flatMap((row) => (row.id === null ? [] : [toClaimedJob(row, request)]));
  lowWater.learn(sightingOf(jobs, rows[0].seen));
  return jobs;
}

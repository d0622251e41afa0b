import type { RenewAnswer, RenewRequest } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { putWorker } from "./workers.js";

/**
 * What core makes of `lease-renewed`, for all runs of a worker. Locks the jobs it renews, skipping locked ones: those are being
 * committed, most likely, and must not hold up the rest. Primary key. Repeated it renews again. Committed asynchronously: a
 * renewal lost in a crash of the database is as if it had come too late.
 */
const renew = statement<{ answer: RenewAnswer }>(
  "renew_leases",
  `with clock as materialized (select sluice.now() as now, set_config('synchronous_commit', 'off', true) as durability),
   f as materialized (
     select * from unnest((select $1::text::uuid[]), (select $2::text::integer[]), (select $3::text::bigint[])) with ordinality
       as f (id, lease_no, claim_nonce, place)
     where (select durability from clock) = 'off'),
   held as materialized (
     select j.id from (select * from f order by id) f cross join lateral (
       select id from sluice.jobs where id = f.id and lease_no = f.lease_no and claim_nonce = f.claim_nonce for update skip locked) j),
   renewed as (
     update sluice.jobs j set lease_expires_at = (select now from clock) + $4::float8 * interval '1 ms'
     where j.id = any (array(select id from held)) returning j.id, j.lease_no, j.claim_nonce, j.cancel_requested_at)
   select case
       when r.id is not null and r.cancel_requested_at is null then 'renewed'
       when r.id is not null then 'cancel-requested'
       when (select true from sluice.jobs j where j.id = f.id and j.lease_no = f.lease_no and j.claim_nonce = f.claim_nonce)
         then 'busy'
       else 'lost' end as answer
   from f left join renewed r on r.id = f.id and r.lease_no = f.lease_no and r.claim_nonce = f.claim_nonce order by f.place`,
);

export async function renewLeases(
  session: Session,
  { worker, leaseMs, fences }: RenewRequest,
): Promise<readonly RenewAnswer[]> {
  await putWorker(session, worker);
  if (fences.length === 0) return [];
  const rows = await session.run(
    renew,
    arrayLiteral(fences.map(({ jobId }) => jobId)),
    arrayLiteral(fences.map(({ leaseNo }) => leaseNo)),
    arrayLiteral(fences.map(({ claimNonce }) => claimNonce)),
    leaseMs,
  );
  return rows.map(({ answer }) => answer);
}

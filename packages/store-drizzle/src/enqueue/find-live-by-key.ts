import type { JobId, LiveJob } from "@sluice/core";
import { type Locked, toLocked } from "../decisions/lock-jobs.js";
import type { InstantColumn } from "../rows/instant.js";
import { type JobRow, liveJobColumns } from "../rows/job-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

/** A dedupe key is unique per task type among live jobs. */
export interface LiveKey {
  readonly taskType: string;
  readonly key: string;
}

// Key by key through the unique index on live keys, which a join would walk whole while vacuum's last note is an empty table.
const byKey = `select j.id, k.task_type, k.dedupe_key
   from unnest($1::text::text[], $2::text::text[]) as k (task_type, dedupe_key) cross join lateral (
     select id from sluice.jobs where task_type = k.task_type and dedupe_key = k.dedupe_key limit 1) j`;

// Locks nothing, and may be repeated. Unique index on live keys.
const find = statement<{ id: JobId; task_type: string; dedupe_key: string }>("find_live_by_key", byKey);

// Locks the live jobs in the order of their ids, waiting for whoever holds one. Unique index on live keys, then primary key. The
// clock is asked after the wait. Again it holds the same.
const lock = statement<JobRow & { now: InstantColumn }>(
  "lock_live_by_key",
  `with found as materialized (${byKey}),
   locked as materialized (
     select j.* from (select id from found order by id) f
     cross join lateral (select * from sluice.jobs where id = f.id for update) j),
   clock as materialized (select sluice.now() as now where (select count(*) from locked) >= 0)
   select ${liveJobColumns}, sluice.to_ms((select now from clock)) as now from locked j`,
);

export async function findLiveByKey(
  session: Session,
  keys: readonly LiveKey[],
): Promise<readonly (LiveKey & { readonly id: JobId })[]> {
  const rows = await session.run(find, ...keyColumns(keys));
  return rows.map(({ id, task_type, dedupe_key }) => ({ id, taskType: task_type, key: dedupe_key }));
}

export async function lockLiveByKey(
  session: Session,
  keys: readonly LiveKey[],
): Promise<Locked<LiveJob> | null> {
  return toLocked(await session.run(lock, ...keyColumns(keys)));
}

function keyColumns(keys: readonly LiveKey[]): [string, string] {
  return [arrayLiteral(keys.map(({ taskType }) => taskType)), arrayLiteral(keys.map(({ key }) => key))];
}

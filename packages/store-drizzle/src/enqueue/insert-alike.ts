import type { NewJob, StoreTime } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { durationOf, firstState, fixedTime, instantOf } from "./store-time.js";

/**
 * What `newJob` of core makes of requests that differ in nothing but id and payload. Locks nothing that anybody waits for: these jobs have no
 * key, and no target shows them. All are made; the same id again fails.
 */
const insertAll = statement<never>(
  "insert_alike",
  `with clock as materialized (select sluice.now() as now),
   common as materialized (
     select now, ${fixedTime("$6::float8", "$7::float8", "now")} as due_at,
       ${fixedTime("$8::float8", "$9::float8", "now")} as deadline_at from clock)
   insert into sluice.jobs (id, task_type, payload, priority, max_attempts, created_at, due_at, deadline_at, state, status)
   select a.id, $3::text, a.payload, $4::integer, $5::integer, c.now, c.due_at, c.deadline_at,
     ${firstState("c.due_at", "c.now")}, 'pending'
   from common c cross join rows from (unnest($1::text::uuid[]), jsonb_array_elements($2::text::jsonb)) as a (id, payload)`,
);

/** Such requests, and one of them. */
export interface AlikeRequests {
  readonly requests: readonly NewJob[];
  readonly common: NewJob;
}

/** `null`: they differ in more than id and payload, or have keys or targets. */
export function asAlike(requests: readonly NewJob[]): AlikeRequests | null {
  const [common] = requests;
  return common !== undefined && requests.every((request) => isPlain(request) && isLike(request, common))
    ? { requests, common }
    : null;
}

function isPlain({ target, dedupe }: NewJob): boolean {
  return target === null && dedupe === null;
}

function isLike(one: NewJob, other: NewJob): boolean {
  return (
    one.taskType === other.taskType &&
    one.priority === other.priority &&
    one.maxAttempts === other.maxAttempts &&
    isSameTime(one.due, other.due) &&
    isSameTime(one.deadline, other.deadline)
  );
}

function isSameTime(one: StoreTime | null, other: StoreTime | null): boolean {
  return instantOf(one) === instantOf(other) && durationOf(one) === durationOf(other);
}

export async function insertAlike(session: Session, { requests, common }: AlikeRequests): Promise<void> {
  const { taskType, priority, maxAttempts, due, deadline } = common;
  await session.run(
    insertAll,
    arrayLiteral(requests.map(({ id }) => id)),
    JSON.stringify(requests.map(({ payload }) => payload)),
    taskType,
    priority,
    maxAttempts,
    instantOf(due),
    durationOf(due),
    instantOf(deadline),
    durationOf(deadline),
  );
}

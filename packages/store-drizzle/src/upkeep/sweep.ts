import type { EpochMs, JobEvent, JobPolicy, LiveJob, Wake } from "@sluice/core";
import { applyDecisions } from "../decisions/apply-decisions.js";
import { decide, isRejected } from "../decisions/decide.js";
import { type Locked, toLocked } from "../decisions/lock-jobs.js";
import type { InstantColumn } from "../rows/instant.js";
import { type JobRow, liveJobColumns } from "../rows/job-row.js";
import type { Session } from "../sql/session.js";
import { type Statement, type StatementValue, statement } from "../sql/statement.js";

export type SweepStatement = Statement<JobRow & { readonly now: InstantColumn }>;

export interface Swept {
  readonly count: number;
  readonly wakes: readonly Wake[];
}

/**
 * A statement that locks live jobs for a sweep, skipping locked ones, so that sweeps of several workers share the work and nobody
 * waits. `condition` is about `jobs j` and the one-row `clock`; `order` is that of an index, so that a step stops at its limit, $1.
 */
export function sweepStatement(
  name: string,
  { condition, order }: { readonly condition: string; readonly order: string },
): SweepStatement {
  return statement(
    name,
    `with clock as materialized (select sluice.now() as now)
     select ${liveJobColumns}, sluice.to_ms((select now from clock)) as now from sluice.jobs j
     where ${condition} order by ${order} limit $1::integer for update skip locked`,
  );
}

/** Does to each job that the statement finds what core makes of the event. Repeated it finds what is left. */
export async function sweep(
  session: Session,
  found: { readonly statement: SweepStatement; readonly values: readonly StatementValue[] },
  eventOf: (job: LiveJob, now: EpochMs) => JobEvent | null,
  policy: JobPolicy,
): Promise<Swept> {
  return session.transaction(async (tx) => {
    const locked: Locked | null = toLocked(await tx.run(found.statement, ...found.values));
    if (locked === null) return { count: 0, wakes: [] };
    const decided = locked.jobs.flatMap((job) => {
      const event = eventOf(job, locked.now);
      const verdict = event === null ? null : decide(job, event, { policy, now: locked.now });
      return verdict === null || isRejected(verdict) ? [] : [verdict];
    });
    return { count: decided.length, wakes: await applyDecisions(tx, decided, locked.now) };
  });
}

import type { CallRequest } from "@sluice/core";
import { sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { aiCalls } from "./ai-calls-table.js";

/** No run takes longer than a day. */
const lostAfter = "1 day";
const maxOthers = 100;

/**
 * Calls that their workers did not live to end become `unknown`, possibly billed: those of earlier runs of the same job, for
 * only one run is under way, and, some at a time, those of any job that are older than a run can be. Served by
 * `ai_calls_job` and `ai_calls_sent`. Locks what it settles; of the others, what somebody else is settling is skipped. Safe to repeat.
 */
export async function settleLostCalls(
  db: DrizzleTransaction,
  { jobId, leaseNo }: Pick<CallRequest, "jobId" | "leaseNo">,
): Promise<void> {
  await db.execute(sql`
    update ${aiCalls} set state = 'unknown', error_code = 'worker_lost', ended_at = clock_timestamp()
    where state = 'sent' and (
      (job_id = ${jobId} and lease_no < ${leaseNo})
      or id in (
        select id from ${aiCalls}
        where state = 'sent' and sent_at < clock_timestamp() - ${lostAfter}::interval
        order by sent_at limit ${maxOthers}
        for update skip locked))`);
}

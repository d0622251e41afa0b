import type { JobPolicy } from "@sluice/core";
import type { Session } from "../sql/session.js";
import { type Swept, sweep, sweepStatement } from "./sweep.js";

// Locks like every sweep, and may be repeated like it. The index of waiting jobs that have a deadline, from the earliest.
const past = sweepStatement("lock_past_deadline", {
  condition: "j.deadline_at is not null and j.state <> 2 and j.deadline_at <= (select now from clock)",
  order: "j.deadline_at",
});

/** Ends the waiting jobs whose deadline has passed, wherever they wait. */
export async function endPastDeadline(
  session: Session,
  { limit, policy }: { readonly limit: number; readonly policy: JobPolicy },
): Promise<Swept> {
  return sweep(session, { statement: past, values: [limit] }, () => ({ type: "deadline-passed" }), policy);
}

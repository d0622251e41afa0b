import { checkClosedGates } from "./check-closed-gates.js";
import { checkAllEnded, checkJobsAccountedFor, checkLiveKeys } from "./check-jobs.js";
import { checkAnswersAgree, checkLeases } from "./check-leases.js";
import { checkCounters, checkLedger, checkSaved } from "./check-ledger.js";
import { checkStatuses } from "./check-statuses.js";
import type { History } from "./history.js";
import type { Violation } from "./violation.js";

const checks: readonly ((history: History) => readonly Violation[])[] = [
  checkJobsAccountedFor,
  checkLiveKeys,
  checkLeases,
  checkAnswersAgree,
  checkLedger,
  checkSaved,
  checkCounters,
  checkStatuses,
  checkClosedGates,
];

/**
 * Judges the history of any run: a simulation's, a contention test's, a chaos run's. Answers what was broken, nothing when
 * all is well. `allEnded`: every job should have come to its end. Where calls went unanswered, or other processes had their
 * part, it believes what can have been: it finds no fault where there need not be one.
 */
export function checkHistory(
  history: History,
  { allEnded = false }: { readonly allEnded?: boolean } = {},
): readonly Violation[] {
  const asked = allEnded ? [...checks, checkAllEnded] : checks;
  return asked.flatMap((check) => check(history));
}

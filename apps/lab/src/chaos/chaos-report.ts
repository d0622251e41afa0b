import { isTerminalStatus, type Job, type JobId, jobStatuses } from "@sluice/core";
import { checkHistory, type History, type HistoryEvent, type Violation } from "@sluice/testkit";
import { checkEnds, type UnexplainedEnd } from "./evidence/check-ends.js";
import type { Recovery } from "./evidence/measure-recovery.js";
import type { Evidence } from "./evidence/read-evidence.js";
import type { BookEntry } from "./provider/provider-book.js";

/** What a run came to, as `--json` prints it. */
export interface ChaosReport {
  readonly jobs: number;
  /** By final status: those that a job may end in, and any other in which one was left. */
  readonly statuses: Readonly<Record<string, number>>;
  /** That each job has. */
  readonly maxAttempts: number;
  readonly kills: number;
  /** Of the database. */
  readonly restarts: number;
  /** Workers that ended by themselves: those that found no database when they started, say. */
  readonly fallen: number;
  /** Jobs whose enqueueing was answered, and that are not there, or never came to an end. */
  readonly lost: number;
  /** Targets whose result was saved more than once, or outside of the transaction that completed the job. */
  readonly committedTwice: number;
  /** Good answers of the provider beyond the first to the same question: what it costs to lose a caller before its answer is stored. */
  readonly paidTwice: number;
  /**
   * Calls that were noted when the answer was stored: a run that was taken for dead has stored it after the other had looked for it, and
   * before that one noted its call.
   */
  readonly storedPaidAgain: number;
  /** From a kill until the lease of a job that the worker held was taken back. */
  readonly readyMs: Spread;
  /** From a kill until such a job was claimed again. */
  readonly rerunMs: Spread;
  readonly seed: number;
  readonly violations: readonly (Violation | UnexplainedEnd)[];
}

/** `null`: there was nothing to measure. */
export interface Spread {
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface ChaosOutcome {
  readonly seed: number;
  readonly maxAttempts: number;
  readonly kills: number;
  readonly restarts: number;
  readonly fallen: number;
  readonly acknowledged: readonly JobId[];
  /** Beside the claims, which are in the evidence. */
  readonly events: readonly HistoryEvent[];
  readonly final: Omit<History["final"], "saved">;
  readonly evidence: Evidence;
  readonly book: readonly BookEntry[];
  readonly recovery: Recovery;
}

export function judge(outcome: ChaosOutcome): ChaosReport {
  const { acknowledged, evidence, final, events, book, recovery, ...counts } = outcome;
  const ended = new Set(final.jobs.filter(({ status }) => isTerminalStatus(status)).map(({ id }) => id));
  const saved = evidence.saves.flatMap(({ run }) => (run === null ? [] : [run]));
  const history: History = { events: [...events, ...evidence.claims], final: { ...final, saved } };
  return {
    jobs: final.jobs.length,
    statuses: countStatuses(final.jobs),
    maxAttempts: counts.maxAttempts,
    kills: counts.kills,
    restarts: counts.restarts,
    fallen: counts.fallen,
    lost: acknowledged.filter((id) => !ended.has(id)).length,
    committedTwice: countCommittedTwice(evidence.saves),
    paidTwice: book.reduce((sum, { answered }) => sum + Math.max(0, answered - 1), 0),
    storedPaidAgain: evidence.storedPaidAgain,
    readyMs: spread(recovery.readyMs),
    rerunMs: spread(recovery.rerunMs),
    seed: counts.seed,
    violations: [
      ...checkHistory(history, { allEnded: true }),
      ...checkResults(outcome),
      ...checkEnds(final.jobs, { events, book }),
    ],
  };
}

export function isUnharmed({ lost, committedTwice, violations }: ChaosReport): boolean {
  return lost === 0 && committedTwice === 0 && violations.length === 0;
}

function countStatuses(jobs: readonly Job[]): ChaosReport["statuses"] {
  const counts = jobStatuses.map(
    (status) => [status, jobs.filter((job) => job.status === status).length] as const,
  );
  return Object.fromEntries(counts.filter(([status, count]) => isTerminalStatus(status) || count > 0));
}

function countCommittedTwice(saves: Evidence["saves"]): number {
  const orphans = saves.filter(({ run }) => run === null).length;
  const owned = saves.filter(({ run }) => run !== null);
  return orphans + owned.length - new Set(owned.map(({ targetId }) => targetId)).size;
}

/** A job is completed if and only if its result is there. */
function checkResults({ final, evidence }: ChaosOutcome): readonly Violation[] {
  const saved = new Set(evidence.saves.map(({ run }) => run?.jobId));
  return final.jobs.flatMap(({ id, status }) =>
    (status === "completed") === saved.has(id)
      ? []
      : [
          {
            invariant: "saved-once" as const,
            jobId: id,
            message: `is ${status}, and its result is ${saved.has(id) ? "" : "not "}there`,
          },
        ],
  );
}

function spread(values: readonly number[]): Spread {
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95) };
}

/** The smallest value that so large a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : Math.round(value);
}

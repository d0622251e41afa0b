import type { EpochMs } from "../../time.js";

/**
 * What refusals have taught a gate. All rates are calls per minute.
 *
 * A refusal is a measurement: the provider's own bucket is empty then, so what got through since the last one, over the
 * time in between, is the quota, whatever the provider counts with. The rate goes to what was measured, and
 * from there slowly upwards (the plateau and the cubic are those of TCP CUBIC, RFC 9438).
 */
export interface Pace {
  /** The quota as the last refusal measured it; `null` before the first refusal. */
  readonly plateau: number | null;
  /** The rate right after that refusal, a little below the plateau. */
  readonly restart: number;
  /** Before the first refusal: doublings. Afterwards 0 at a refusal, 1 when the plateau is reached, more when probing. */
  readonly progress: number;
  /** Moving mean of what got through. It grows from 0, so it is low in the first minute. */
  readonly throughput: number;
  /** How wary to climb, 0 to 1: 1 when the last refusal showed a used-up window, halved by every other one. */
  readonly wariness: number;
  /** Until when time is counted in the tallies; `null` before the first call. */
  readonly countedUntil: EpochMs | null;
  /** Since the last opening. */
  readonly sinceOpening: Tally;
  /** The last two stretches in which the rate grew by a quarter; the newer one began at `newerFrom` calls per minute. */
  readonly older: Tally;
  readonly newer: Tally;
  readonly newerFrom: number | null;
  /**
   * When the first draw after the opening was followed by another; `null` before. A refused call that was claimed
   * before it was the first: the gate opened too early.
   */
  readonly followedAt: EpochMs | null;
  /** What the last refusal was measured by, to be extended if it turns out that the gate opened too early. */
  readonly evidence: Evidence | null;
}

/** Calls that got through, and the time they took, without time in which nobody wanted more. */
export interface Tally {
  readonly calls: number;
  readonly ms: number;
}

export interface Evidence {
  readonly recent: Tally;
  readonly sinceOpening: Tally;
  readonly refusedAt: EpochMs;
}

export const emptyTally: Tally = { calls: 0, ms: 0 };

/**
 * Lower starves the first minutes of big quotas, higher costs small quotas refusals. Learning a quota costs some
 * 4 s * log2(quota / 60) of it.
 */
const FIRST_RATE = 60;
/** +2 % after two units of progress, +16 % after three, x2.3 after five. Between 0.01 and 0.04 little changes. */
const CLIMB = 0.02;
/** Above what any provider sells; keeps every number finite however long nobody is refused. */
const MAX_RATE = 6_000_000;

export function newPace(): Pace {
  return {
    plateau: null,
    restart: 0,
    progress: 0,
    throughput: 0,
    wariness: 0,
    countedUntil: null,
    sinceOpening: emptyTally,
    older: emptyTally,
    newer: emptyTally,
    newerFrom: null,
    followedAt: null,
    evidence: null,
  };
}

/**
 * The present rate, above 0 and never above the cap. `null` when nothing bounds it: a limit is known, though not in calls,
 * and nothing has been refused yet.
 */
export function paceRate(
  pace: Pace,
  { cap, isLimitKnown }: { cap: number | null; isLimitKnown: boolean },
): number | null {
  const { plateau, restart, progress } = pace;
  if (plateau === null) return isLimitKnown ? cap : Math.min(FIRST_RATE * 2 ** progress, MAX_RATE);
  const rate =
    progress < 1 ? restart + (plateau - restart) * progress : plateau * (1 + CLIMB * (progress - 1) ** 3);
  return Math.min(rate, cap ?? MAX_RATE, MAX_RATE);
}

/** Whether the gate has opened too early: the refused call was the first that passed since the last rate limit. */
export function isFirstCall({ evidence, followedAt }: Pace, claimedAt: EpochMs): boolean {
  return evidence !== null && (followedAt === null || claimedAt < followedAt);
}

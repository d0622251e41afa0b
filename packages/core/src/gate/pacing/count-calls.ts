import { addMs, type EpochMs } from "../../time.js";
import { emptyTally, type Pace, type Tally } from "./pace.js";

/** Before the first refusal the rate doubles every 4 s, resting on 4 calls at least. */
const DOUBLING_MS = 4_000;
const DOUBLING_CALLS = 4;

/**
 * One unit of progress. The time bounds how far big quotas are overshot, the calls how often small ones refuse: about
 * once in a hundred calls. 6 s finds a raised limit sooner and overshoots windows, 12 s the other way round.
 */
const UNIT_MS = 8_000;
const UNIT_CALLS = 40;
/** That a window is used up is seen only when it is too late: at full wariness a unit takes 3 times as long. */
const WARY_UNITS = 2;
/** Keeps what grows with progress finite, however long nobody is refused. */
const MAX_PROGRESS = 1_000;

/** A stretch ends when the rate has grown by a quarter and rests on more than eight calls: fewer are noise. */
const STRETCH_GROWTH = 1.25;
const STRETCH_CALLS = 8;

/** Nearly a minute, which is what the windows of providers span. */
const THROUGHPUT_MEMORY_MS = 50_000;
/** What one call adds to the mean, in calls per minute. */
export const THROUGHPUT_OF_A_CALL = 60_000 / THROUGHPUT_MEMORY_MS;

/** Counts calls that were claimed at `at`, under the given rate. Runs with every claim: no spreads, they cost half of it. */
export function countCalls(
  pace: Pace,
  { calls, at, rate }: { calls: number; at: EpochMs; rate: number | null },
): Pace {
  if (calls === 0) return pace;
  const passed = { calls, ms: Math.max(0, at - (pace.countedUntil ?? at)) };
  const newer = addTallies(pace.newer, passed);
  const newerFrom = pace.newerFrom ?? rate;
  const hasGrown = (rate ?? 0) > STRETCH_GROWTH * (newerFrom ?? 0);
  const isNextStretch = hasGrown && newer.calls > STRETCH_CALLS;
  return {
    plateau: pace.plateau,
    restart: pace.restart,
    progress: Math.min(pace.progress + progressBy(pace, passed), MAX_PROGRESS),
    throughput: pace.throughput * throughputLeftAfter(passed.ms) + calls * THROUGHPUT_OF_A_CALL,
    wariness: pace.wariness,
    countedUntil: at,
    sinceOpening: addTallies(pace.sinceOpening, passed),
    older: isNextStretch ? newer : pace.older,
    newer: isNextStretch ? emptyTally : newer,
    newerFrom: isNextStretch ? rate : newerFrom,
    followedAt: pace.sinceOpening.calls === 0 ? null : (pace.followedAt ?? at),
    evidence: pace.evidence,
  };
}

function progressBy({ plateau, wariness }: Pace, { calls, ms }: Tally): number {
  return plateau === null
    ? Math.min(calls / DOUBLING_CALLS, ms / DOUBLING_MS)
    : Math.min(calls / UNIT_CALLS, ms / (UNIT_MS * (1 + WARY_UNITS * wariness)));
}

/** Time in which more could have passed than was wanted proves nothing: it is not counted, and probing falls back. */
export function skipIdleTime(pace: Pace, { idleMs, now }: { idleMs: number; now: EpochMs }): Pace {
  const { plateau, progress, countedUntil } = pace;
  const isProbingUpwards = plateau !== null && progress > 1;
  return {
    ...pace,
    progress: isProbingUpwards ? Math.max(1, progress - idleMs / UNIT_MS) : progress,
    countedUntil:
      countedUntil === null ? null : addMs(countedUntil, Math.max(0, Math.min(idleMs, now - countedUntil))),
  };
}

/** For openings that no rate limit was the cause of: what was learned stays, counting starts anew. */
export function restartCounting(pace: Pace, openAt: EpochMs): Pace {
  return {
    ...pace,
    progress: pace.plateau === null ? pace.progress : Math.min(pace.progress, 1),
    countedUntil: openAt,
    sinceOpening: emptyTally,
    older: emptyTally,
    newer: emptyTally,
    newerFrom: null,
    followedAt: null,
    evidence: null,
  };
}

/** The share of a moving mean that is left after `ms` without calls. */
export function throughputLeftAfter(ms: number): number {
  return Math.exp(-ms / THROUGHPUT_MEMORY_MS);
}

export function addTallies(one: Tally, other: Tally): Tally {
  return { calls: one.calls + other.calls, ms: one.ms + other.ms };
}

import { addMs, type EpochMs } from "../../time.js";
import { addTallies, restartCounting, THROUGHPUT_OF_A_CALL, throughputLeftAfter } from "./count-calls.js";
import { type Evidence, isFirstCall, type Pace, type Tally } from "./pace.js";

/** What the pacing needs to know about a rate limit. Those of a day are none of its business. */
export interface RateRefusal {
  readonly now: EpochMs;
  readonly claimedAt: EpochMs;
  readonly opensAt: EpochMs;
  /** Whether the provider named the wait; then its quota is used up until `opensAt`, not for an unknown part of it. */
  readonly isTold: boolean;
  /** The calls per minute that were allowed when it came; `null` for any number. */
  readonly rate: number | null;
  readonly cap: number | null;
}

/** Restarting at the plateau itself doubles the refusals of small quotas; 5 % below costs 1 % of the quota. */
const SHARE_OF_PLATEAU = 0.985;
/** The first measurement is high, as it contains the burst that the provider had saved up for us. */
const SHARE_OF_FIRST_PLATEAU = 0.5;
/** One measurement may rest on a single call: it cuts the rate to a quarter at most. */
const DEEPEST_CUT = 1 / 4;
/**
 * Windows let us overshoot for most of a minute and then refuse nearly everything. What was measured in between would
 * collapse, and the fleet swing for ever (sliding windows: 75 % of the quota), but for what the last minute let through.
 */
const LEAST_SHARE_OF_THROUGHPUT = 0.9;
/** A window was used up if the provider lets nothing through for so long, and for so much of the time since the opening. */
const USED_UP_MS = 5_000;
const USED_UP_SHARE = 0.05;
const USED_UP_CALLS = 5;
/** A call every ten minutes. If the quota is less than that, closing the gate does the rest. */
const MIN_RATE = 0.1;
const MINUTE_MS = 60_000;

/** The pace after a refusal that began a closing. It never raises the rate. */
export function learnFromRefusal(
  pace: Pace,
  { now, claimedAt, opensAt, isTold, rate, cap }: RateRefusal,
): Pace {
  // A guessed wait is expected to overshoot: the provider had something again after half of it.
  const emptyUntil = isTold ? opensAt : addMs(now, Math.floor((opensAt - now) / 2));
  const isTooEarly = isFirstCall(pace, claimedAt);
  const evidence = (isTooEarly ? pace.evidence : null) ?? collectEvidence(pace, now);
  const emptyMs = emptyUntil - evidence.refusedAt;

  // Measuring for longer only lowers what was measured before.
  const atMost = (isTooEarly ? pace.plateau : rate) ?? Number.MAX_VALUE;
  const measured = Math.max(
    Math.min(atMost, measureRecent(evidence, emptyMs, isTold)),
    (rate ?? 0) * DEEPEST_CUT,
  );
  const window = measureUsedUpWindow(evidence, emptyMs);
  const throughput = Math.max(
    0,
    pace.throughput * throughputLeftAfter(countedMs(pace, now)) - THROUGHPUT_OF_A_CALL,
  );
  const plateau = Math.min(
    Math.max(window ?? measured, LEAST_SHARE_OF_THROUGHPUT * throughput, MIN_RATE),
    cap ?? Number.MAX_VALUE,
  );
  const share = pace.plateau === null && cap === null ? SHARE_OF_FIRST_PLATEAU : SHARE_OF_PLATEAU;
  const restart = Math.max(share * Math.min(plateau, measured), MIN_RATE);
  return {
    ...restartCounting(pace, emptyUntil),
    plateau,
    restart: Math.min(restart, rate ?? Number.MAX_VALUE),
    progress: 0,
    throughput: throughput * throughputLeftAfter(emptyUntil - now),
    wariness: window === null ? pace.wariness / 2 : 1,
    evidence,
  };
}

/** The refused call did not get through; time runs until the refusal. */
function collectEvidence(pace: Pace, now: EpochMs): Evidence {
  const refused: Tally = { calls: -1, ms: countedMs(pace, now) };
  return {
    recent: addTallies(addTallies(pace.older, pace.newer), refused),
    sinceOpening: addTallies(pace.sinceOpening, refused),
    refusedAt: now,
  };
}

/** In a climb only recent calls tell: the older ones were held back by ourselves. */
function measureRecent({ recent }: Evidence, emptyMs: number, isTold: boolean): number {
  // Half a call for what the provider may have had ready in the part of the wait that was not needed.
  const calls = isTold ? Math.max(recent.calls, 0.5) : Math.max(recent.calls, 0) + 0.5;
  return perMinute(calls, recent.ms + emptyMs);
}

/** After a drought all calls since the opening count: they used up one window together, however fast each of them came. */
function measureUsedUpWindow({ sinceOpening }: Evidence, emptyMs: number): number | null {
  const ms = sinceOpening.ms + emptyMs;
  const isDrought = emptyMs >= USED_UP_MS && emptyMs >= USED_UP_SHARE * ms;
  return isDrought && sinceOpening.calls >= USED_UP_CALLS ? perMinute(sinceOpening.calls, ms) : null;
}

function countedMs({ countedUntil }: Pace, now: EpochMs): number {
  return Math.max(0, now - (countedUntil ?? now));
}

function perMinute(calls: number, ms: number): number {
  return (calls * MINUTE_MS) / Math.max(1, ms);
}

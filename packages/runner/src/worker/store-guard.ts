import { type Clock, longestHarmlessSilenceMs, type Random, renewalIntervalMs } from "@sluice/core";
import { withDeadline } from "../with-deadline.js";
import type { Emit } from "./observers.js";
import type { StoreOperation } from "./worker-event.js";

export type Guarded<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly retryInMs: number; readonly error: unknown };

/**
 * Every call of a worker to its store goes through here: a store that fails, or does not answer in time, is reported, and
 * asked again ever later.
 */
export interface StoreGuard {
  /** `onLate` hears the answer of a call that has been counted as failed, should it come after all. */
  call<Value>(
    operation: StoreOperation,
    ask: () => Promise<Value>,
    onLate?: (value: Value) => void,
  ): Promise<Guarded<Value>>;
  /** A call has failed, and nothing has been answered since: whether the store is back nobody knows. */
  readonly isSilent: boolean;
  /** When the last outage ended that was long enough for leases to run out (monotonic); `null`: there was none. */
  readonly outageEndedAtMs: number | null;
  /** When the store last answered anything (monotonic). */
  readonly answeredAtMs: number;
}

const firstRetryMs = 100;
const maxRetryMs = 10_000;
/** Stores set limits of their own; these are the net. */
const longestAnswerMs = 30_000;
/** Ten times what the store on Postgres allows a `save`: work that is still under way must not begin again beside itself. */
const longestSaveMs = 300_000;

/** How long a call may go without an answer before it counts as failed. */
export function answerLimitMs(operation: StoreOperation | "start", leaseMs: number): number {
  switch (operation) {
    case "start":
    case "claim":
      // What comes later is as good as lost: the leases are over.
      return Math.min(leaseMs, longestAnswerMs);
    case "renew":
      // So that the next one can still save the leases.
      return Math.min(renewalIntervalMs(leaseMs), longestAnswerMs);
    case "commit-save":
      return longestSaveMs;
    default:
      return longestAnswerMs;
  }
}

interface Trouble {
  readonly sinceMs: number;
  readonly failures: number;
}

export function createStoreGuard({
  clock,
  random,
  leaseMs,
  emit,
}: {
  readonly clock: Clock;
  readonly random: Random;
  readonly leaseMs: number;
  readonly emit: Emit;
}): StoreGuard {
  const troubles = new Map<StoreOperation, Trouble>();
  let silentSinceMs: number | null = null;
  let outageEndedAtMs: number | null = null;
  let answeredAtMs = Number.NEGATIVE_INFINITY;

  function noteAnswer(operation: StoreOperation, askedAtMs: number): void {
    const nowMs = clock.monotonicMs();
    // No answer to anybody for so long: other workers may not have renewed their leases either. One slow answer among others,
    // of a commit that waits for a lock say, is no outage.
    const silentMs = nowMs - (silentSinceMs ?? Math.max(askedAtMs, answeredAtMs));
    if (silentMs > longestHarmlessSilenceMs(leaseMs)) outageEndedAtMs = nowMs;
    silentSinceMs = null;
    answeredAtMs = nowMs;
    const trouble = troubles.get(operation);
    if (trouble === undefined) return;
    troubles.delete(operation);
    emit({ type: "store-recovered", operation, afterMs: nowMs - trouble.sinceMs });
  }

  function noteFailure(operation: StoreOperation, askedAtMs: number, error: unknown): number {
    const { sinceMs = askedAtMs, failures: before = 0 } = troubles.get(operation) ?? {};
    const failures = before + 1;
    troubles.set(operation, { sinceMs, failures });
    // Not since it was asked: an idle worker asks so rarely that most of an outage is over when it notices.
    silentSinceMs ??= answeredAtMs;
    const ceilingMs = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(before, 20));
    const retryInMs = Math.ceil(ceilingMs * (0.5 + random.fraction() / 2));
    emit({ type: "store-failed", operation, error, failuresInARow: failures, retryInMs });
    return retryInMs;
  }

  return {
    get isSilent() {
      return silentSinceMs !== null;
    },
    get outageEndedAtMs() {
      return outageEndedAtMs;
    },
    get answeredAtMs() {
      return answeredAtMs;
    },
    async call(operation, ask, onLate) {
      const askedAtMs = clock.monotonicMs();
      const limitMs = answerLimitMs(operation, leaseMs);
      try {
        const value = await withDeadline(clock, { what: operation, limitMs, onLate }, ask);
        noteAnswer(operation, askedAtMs);
        return { ok: true, value };
      } catch (error) {
        return { ok: false, error, retryInMs: noteFailure(operation, askedAtMs, error) };
      }
    },
  };
}

import type { Attempt, EpochMs, Gate, Job, StoredFailure } from "@sluice/core";
import { FOREVER, isProbing, toEpochMs } from "@sluice/core";
import type { Cause, Explanation } from "@sluice/runner";

// What we print and serve as JSON: instants ISO 8601 in UTC, durations in ms, ids strings, unset is null.

export function jsonInstant(instant: EpochMs | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

export function jsonJob(job: Job) {
  return {
    id: job.id,
    taskType: job.taskType,
    status: job.status,
    target: job.target,
    priority: job.priority,
    dedupeKey: job.dedupeKey,
    attempts: job.attempts,
    maxAttempts: job.maxAttempts,
    deferrals: job.deferrals,
    createdAt: jsonInstant(job.createdAt),
    dueAt: "dueAt" in job ? jsonInstant(job.dueAt) : null,
    deadlineAt: jsonInstant(job.deadlineAt),
    finishedAt: "finishedAt" in job ? jsonInstant(job.finishedAt) : null,
    lease:
      job.status === "processing"
        ? {
            ...job.lease,
            claimedAt: jsonInstant(job.lease.claimedAt),
            expiresAt: jsonInstant(job.lease.expiresAt),
          }
        : null,
    lastFailure: jsonFailure(job.lastFailure),
    result: job.status === "completed" ? job.result : null,
    payload: job.payload,
  };
}

export function jsonAttempt({ jobId: _jobId, claimedAt, endedAt, ...attempt }: Attempt) {
  return {
    ...attempt,
    claimedAt: jsonInstant(claimedAt),
    endedAt: jsonInstant(endedAt),
    durationMs: endedAt - claimedAt,
  };
}

export function jsonGate(gate: Gate, now: EpochMs) {
  const isPaused = gate.pausedUntil !== null && gate.pausedUntil > now;
  const isClosed = gate.closing !== null && gate.closing.until > now;
  const isHalfOpen = isProbing(gate, now);
  return {
    key: gate.key,
    open: !isPaused && !isClosed,
    state: isPaused ? "paused" : isClosed ? "closed" : isHalfOpen ? "half-open" : "open",
    closedUntil: isClosed ? jsonInstant(gate.closing.until) : null,
    // "until resumed" has no instant
    pausedUntil: isPaused
      ? gate.pausedUntil === FOREVER
        ? "until resumed"
        : jsonInstant(gate.pausedUntil)
      : null,
    reason: isClosed || isHalfOpen ? (gate.closing?.reason ?? null) : null,
  };
}

export function jsonExplanation({ text, causes, waiting, running }: Explanation) {
  return { text, waiting, running, causes: causes.map(jsonCause) };
}

/** The fields of a cause that are instants are told by their names, `until` and `…At`. */
function jsonCause({ type, ...fields }: Cause) {
  const shown = Object.entries(fields).map(([name, value]) => {
    const isInstant = name === "until" || name.endsWith("At");
    return [name, isInstant && typeof value === "number" ? jsonInstant(toEpochMs(value)) : value] as const;
  });
  return { type, ...Object.fromEntries(shown) };
}

function jsonFailure(failure: StoredFailure | null) {
  return failure === null ? null : { ...failure, at: jsonInstant(failure.at) };
}

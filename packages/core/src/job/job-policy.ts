/** How long to wait after a failed attempt: full jitter under a doubling ceiling. */
export interface BackoffPolicy {
  /** Ceiling of the wait after the first attempt. */
  readonly baseMs: number;
  /** No ceiling is higher. */
  readonly maxMs: number;
}

export interface JobPolicy {
  readonly backoff: BackoffPolicy;
  /** How long a job may be put off in a row before it fails. */
  readonly maxDeferredMs: number;
}

export const defaultJobPolicy: JobPolicy = {
  backoff: { baseMs: 2_000, maxMs: 600_000 },
  maxDeferredMs: 24 * 3_600_000,
};

/** `MAX_AI_JOB_ATTEMPTS` of old; the first run included. */
export const defaultMaxAttempts = 3;

/**
 * The wait before the next attempt, in ms: `fraction`, uniform in [0, 1), of the ceiling, which doubles with each attempt
 * ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function backoffMs(policy: BackoffPolicy, attempt: number, fraction: number): number {
  const doublings = Math.min(Math.max(attempt - 1, 0), 52);
  return Math.floor(fraction * Math.min(policy.maxMs, policy.baseMs * 2 ** doublings));
}

/**
 * How long a renewed job is held without a sign of life. Short, because renewing is cheap (one statement per worker), and what a dead
 * worker held runs again when it is over.
 */
export const defaultLeaseMs = 15_000;

/** A lease that was renewed outlives two renewals that fail. */
const renewalsPerLease = 3;

/** A renewal that fails is tried so many times before the next one would have come. */
const retriesPerRenewal = 5;

/** How often all leases of a worker are renewed, in whole ms: each time for a whole lease, so until the third renewal from then. */
export function renewalIntervalMs(leaseMs: number): number {
  return Math.max(1, Math.floor(leaseMs / renewalsPerLease));
}

/**
 * How soon a renewal that failed is tried again at the latest. The job of a fresh claim may have only an interval left when its first
 * renewal is due: who waited for the next one would come when the lease is over.
 */
export function renewalRetryMs(leaseMs: number): number {
  return Math.max(1, Math.floor(renewalIntervalMs(leaseMs) / retriesPerRenewal));
}

/**
 * How long a claimed job is held: two intervals, so until the second renewal from then, a third less than by a renewal. The first of
 * them is at most an interval away; a job whose worker dies before it is ready again that much sooner.
 */
export function claimLeaseMs(leaseMs: number): number {
  return Math.max(1, leaseMs - renewalIntervalMs(leaseMs));
}

/** Whether the lease of a claim that took so long to be answered may be over before the next renewal comes by itself. */
export function isClaimAnsweredLate(leaseMs: number, tookMs: number): boolean {
  return tookMs > claimLeaseMs(leaseMs) - renewalIntervalMs(leaseMs);
}

/**
 * A store that answers nobody for longer than that may have kept live workers from renewing: what looks dead afterwards need not be.
 * More than an interval, so that one slow answer between two renewals is none.
 */
export function longestHarmlessSilenceMs(leaseMs: number): number {
  return leaseMs / 2;
}

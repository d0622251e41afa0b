/**
 * How long a claim holds without a sign of life. Short, because renewing is cheap (one statement per worker), and what a dead
 * worker held runs again when it is over.
 */
export const defaultLeaseMs = 15_000;

/** Two renewals may fail before a lease runs out. */
const renewalsPerLease = 3;

/** How often a lease is renewed, in whole ms. */
export function renewalIntervalMs(leaseMs: number): number {
  return Math.max(1, Math.floor(leaseMs / renewalsPerLease));
}

/**
 * How long a claimed job is held: until the second renewal from then, as after every renewal. The first of them is less than an interval
 * away, so that the job of a worker that dies is ready again within a lease, with the time that others need to find it.
 */
export function claimLeaseMs(leaseMs: number): number {
  return Math.max(1, leaseMs - renewalIntervalMs(leaseMs));
}

import { expect, test } from "vitest";
import {
  claimLeaseMs,
  defaultLeaseMs,
  isClaimAnsweredLate,
  longestHarmlessSilenceMs,
  renewalIntervalMs,
  renewalRetryMs,
} from "./lease-policy.js";

const leases = [3, 100, 2_000, defaultLeaseMs, 3_599_999];

test("a lease is renewed three times as often as it runs out, in whole milliseconds", () => {
  expect(renewalIntervalMs(defaultLeaseMs)).toBe(5_000);
  expect(renewalIntervalMs(100)).toBe(33);
});

test.each(leases)("a lease of %i ms that was renewed outlives two renewals that fail", (leaseMs) => {
  expect(leaseMs).toBeGreaterThan(2 * renewalIntervalMs(leaseMs));
});

test.each(leases)(
  "a claim for a lease of %i ms holds for two intervals, and less than a renewal",
  (leaseMs) => {
    expect(claimLeaseMs(leaseMs)).toBeGreaterThanOrEqual(2 * renewalIntervalMs(leaseMs));
    expect(claimLeaseMs(leaseMs)).toBeLessThan(leaseMs);
  },
);

test("a renewal that fails is tried again five times before the next would come", () => {
  expect(renewalRetryMs(defaultLeaseMs)).toBe(1_000);
  expect(renewalRetryMs(100)).toBe(6);
});

test.each(leases)(
  "a claim of %i ms that is answered within an interval lives until its first renewal",
  (ms) => {
    const latestMs = claimLeaseMs(ms) - renewalIntervalMs(ms);
    expect(isClaimAnsweredLate(ms, latestMs)).toBe(false);
    expect(latestMs).toBeGreaterThanOrEqual(renewalIntervalMs(ms));
    expect(isClaimAnsweredLate(ms, latestMs + 1)).toBe(true);
  },
);

test.each(leases)(
  "a store that is silent for one interval of a lease of %i ms is not away yet",
  (leaseMs) => {
    expect(longestHarmlessSilenceMs(leaseMs)).toBeGreaterThan(renewalIntervalMs(leaseMs));
    expect(longestHarmlessSilenceMs(leaseMs)).toBeLessThan(claimLeaseMs(leaseMs));
  },
);

test("of the shortest lease everything takes a millisecond", () => {
  expect([renewalIntervalMs(1), claimLeaseMs(1), renewalRetryMs(1)]).toEqual([1, 1, 1]);
});

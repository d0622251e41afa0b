import { expect, test } from "vitest";
import { claimLeaseMs, defaultLeaseMs, renewalIntervalMs } from "./lease-policy.js";

test("a lease outlives two renewals that fail, by seconds", () => {
  expect(renewalIntervalMs(defaultLeaseMs)).toBe(5_000);
  expect(renewalIntervalMs(100)).toBe(33);
});

test("even the shortest lease is renewed in whole milliseconds, at least one apart", () => {
  expect(renewalIntervalMs(1)).toBe(1);
});

test.each([3, 100, 15_000, 3_599_999])(
  "a claim for a lease of %i ms outlives one renewal that fails, and no lease is longer",
  (leaseMs) => {
    expect(claimLeaseMs(leaseMs)).toBeGreaterThanOrEqual(2 * renewalIntervalMs(leaseMs));
    expect(claimLeaseMs(leaseMs)).toBeLessThan(leaseMs);
  },
);

test("even the shortest claim holds for a while", () => {
  expect(claimLeaseMs(1)).toBe(1);
});

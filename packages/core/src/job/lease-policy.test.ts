import { expect, test } from "vitest";
import { defaultLeaseMs, renewalIntervalMs } from "./lease-policy.js";

test("a lease outlives two renewals that fail, by seconds", () => {
  expect(renewalIntervalMs(defaultLeaseMs)).toBe(5_000);
  expect(renewalIntervalMs(100)).toBe(33);
});

test("even the shortest lease is renewed in whole milliseconds, at least one apart", () => {
  expect(renewalIntervalMs(1)).toBe(1);
});

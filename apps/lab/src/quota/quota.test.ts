import { expect, test } from "vitest";
import { createQuota } from "./quota.js";

const steadily = (limit: number) => () => limit;
const uncharged = { charged: false };

test("a bucket gives its burst, then its rate, and says when the next call is there", () => {
  const quota = createQuota({ kind: "bucket", burst: 2 }, steadily(60), uncharged);
  expect([quota.take(0, 1), quota.take(0, 1)]).toEqual(["taken", "taken"]);
  expect(quota.take(0, 1)).toBe(1_000);
  expect(quota.take(1_000, 1)).toBe("taken");
});

test("a bucket that charges refusals is emptied further by them", () => {
  const quota = createQuota({ kind: "bucket", burst: 2 }, steadily(60), { charged: true });
  quota.take(0, 2);
  expect(quota.take(0, 1)).toBe(2_000);
  expect(quota.take(0, 1)).toBe(3_000);
});

test("a fixed window starts anew with the minute, wherever that began", () => {
  const quota = createQuota({ kind: "fixed-window", phaseMs: 10_000 }, steadily(1), uncharged);
  expect(quota.take(4_000, 1)).toBe("taken");
  expect(quota.take(5_000, 1)).toBe(5_000);
  expect(quota.take(10_000, 1)).toBe("taken");
  expect(quota.take(69_999, 1)).toBe(1);
  expect(quota.take(70_000, 1)).toBe("taken");
});

test("a sliding window never has more than its limit in any minute", () => {
  const quota = createQuota({ kind: "sliding-window" }, steadily(2), uncharged);
  quota.take(0, 1);
  quota.take(30_000, 1);
  expect(quota.take(40_000, 1)).toBe(20_000);
  expect(quota.take(60_000, 1)).toBe("taken");
  expect(quota.take(60_000, 1)).toBe(30_000);
});

test("a limit that changes holds from then on", () => {
  const quota = createQuota({ kind: "sliding-window" }, (at) => (at < 1_000 ? 1 : 2), uncharged);
  expect(quota.take(0, 1)).toBe("taken");
  expect(quota.take(500, 1)).toBe(59_500);
  expect(quota.take(1_000, 1)).toBe("taken");
});

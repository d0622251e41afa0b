import { expect, it as test } from "vitest";
import { createRequestQuota } from "./request-quota.js";

test("a quota lets the requests of five seconds through at once, and no more", () => {
  const quota = createRequestQuota(60);
  const answers = Array.from({ length: 7 }, () => quota.take(0).accepted);
  expect(answers).toEqual([true, true, true, true, true, false, false]);
});

test("a refused request is told when the next permit is there, and it is there then", () => {
  const quota = createRequestQuota(60);
  for (let i = 0; i < 5; i++) quota.take(1_000);
  const refused = quota.take(1_000);
  expect(refused).toEqual({ accepted: false, waitMs: 1_000 });
  expect(quota.take(1_999).accepted).toBe(false);
  expect(quota.take(2_000).accepted).toBe(true);
});

test("a quota of one request per minute lets the first one through", () => {
  const quota = createRequestQuota(1);
  expect(quota.take(0).accepted).toBe(true);
  expect(quota.take(59_000)).toEqual({ accepted: false, waitMs: 1_000 });
});

test("over ten minutes of asking all the time, the quota and its burst are granted", () => {
  const quota = createRequestQuota(600);
  let granted = 0;
  for (let now = 0; now <= 600_000; now += 10) if (quota.take(now).accepted) granted += 1;
  expect(granted).toBe(6_000 + 50);
});

import { expect, test } from "vitest";
import { readWaitMs } from "./read-wait.js";
import type { Refusal } from "./refusal.js";

const now = Date.parse("2026-11-23T12:00:00Z");

const refused = (said: Partial<Refusal>): number | null =>
  readWaitMs(
    {
      status: 429,
      headers: {},
      words: new Set(),
      message: "",
      text: "",
      quotaIds: [],
      retryDelay: null,
      isFiltered: false,
      ...said,
    },
    now,
  );

test("the more deliberate it was, the sooner it is believed", () => {
  const said = {
    headers: {
      "retry-after-ms": "600",
      "retry-after": "1",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "5s",
    },
    retryDelay: "3s",
    text: "Please try again in 4s.",
  };
  expect(refused(said)).toBe(600);
  const { "retry-after-ms": _ms, ...withoutMs } = said.headers;
  expect(refused({ ...said, headers: withoutMs })).toBe(1_000);
  const { "retry-after": _seconds, ...resets } = withoutMs;
  expect(refused({ ...said, headers: resets })).toBe(3_000);
  expect(refused({ ...said, headers: resets, retryDelay: null })).toBe(4_000);
  expect(refused({ headers: resets })).toBe(5_000);
  expect(refused({})).toBeNull();
});

test.each([
  ["Please try again in 18.642s. Visit", 18_642],
  ["Please try again in 644ms.", 644],
  ["Please try again in 7m12s.", 432_000],
  ["Please retry in 10h17m5.72s.", 37_025_720],
  ["Please retry after 45 seconds.", 45_000],
  ["Please wait 2 minutes before you try", 120_000],
  ["please wait before trying again.", null],
  ["try again in 5 months", null],
])("%s", (text, waitMs) => {
  expect(refused({ text })).toBe(waitMs);
});

test("of resets only those count of which nothing is left, and the latest of them", () => {
  const headers = {
    "anthropic-ratelimit-requests-remaining": "41",
    "anthropic-ratelimit-requests-reset": "2026-11-23T13:00:00Z",
    "anthropic-ratelimit-input-tokens-remaining": "0",
    "anthropic-ratelimit-input-tokens-reset": "2026-11-23T12:00:23Z",
    "anthropic-ratelimit-tokens-remaining": "0",
    "anthropic-ratelimit-tokens-reset": "2026-11-23T12:00:09Z",
  };
  expect(refused({ headers })).toBe(23_000);
});

test("an instant is told by the provider's clock, not by ours", () => {
  const headers = { date: "Mon, 23 Nov 2026 15:00:00 GMT", "retry-after": "Mon, 23 Nov 2026 15:01:30 GMT" };
  expect(refused({ headers })).toBe(90_000);
});

test("an instant that has passed is no wait at all", () => {
  expect(refused({ headers: { "retry-after": "Mon, 23 Nov 2026 11:00:00 GMT" } })).toBe(0);
});

test.each(["-1", "soon", "", "NaN", "1e309", "Infinity"])("a retry-after of %j is none", (text) => {
  expect(refused({ headers: { "retry-after": text } })).toBeNull();
});

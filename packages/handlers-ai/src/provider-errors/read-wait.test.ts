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
      ownText: "",
      quotaIds: [],
      retryDelay: null,
      isFiltered: false,
      isPage: false,
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

test("a wait that is over is none: what the message says counts, or nothing", () => {
  const past = { "retry-after": "Mon, 23 Nov 2026 11:00:00 GMT" };
  expect(refused({ headers: past })).toBeNull();
  expect(refused({ headers: { "retry-after": "0" } })).toBeNull();
  expect(refused({ headers: past, text: "try again in 20s" })).toBe(20_000);
});

test.each([
  ["99999999999999", 86_400_000],
  ["31536000", 86_400_000],
  ["0.001", 250],
  ["2999-01-01T00:00:00Z", 86_400_000],
])("nobody waits for ever, or not at all: %s", (text, waitMs) => {
  expect(refused({ headers: { "retry-after": text } })).toBe(waitMs);
});

test.each([
  ["Please retry after 1 second.", 1_000],
  ["Please wait 1 minute and 30 seconds before you try again.", 90_000],
  ["Your limit resets in 2 hours.", 7_200_000],
  ["Please try again after 2026-11-23T12:00:40Z.", 40_000],
  ["You can retry at 2026-11-23T13:00:45+01:00", 45_000],
  ["We cannot wait for 5 apples.", null],
])("%s", (text, waitMs) => {
  expect(refused({ text })).toBe(waitMs);
});

test.each([
  [{ "x-ratelimitbysize-remaining-minute": "0", "ratelimitbysize-reset": "28" }, 28_000],
  [{ "x-ratelimit-remaining-tokens-minute": "0", "x-ratelimit-reset-tokens-minute": "12.5" }, 12_500],
  [{ "ratelimit-remaining": "0", "ratelimit-reset": "40" }, 40_000],
  [{ ratelimit: "limit=100, remaining=0, reset=50" }, 50_000],
  [{ ratelimit: '"api|inference";r=0;t=120' }, 120_000],
  [{ ratelimit: '"api";r=7;t=120' }, null],
])("a reset is found by its limit: %j", (headers, waitMs) => {
  expect(refused({ headers })).toBe(waitMs);
});

test.each(["-1", "soon", "", "NaN", "1e309", "Infinity"])("a retry-after of %j is none", (text) => {
  expect(refused({ headers: { "retry-after": text } })).toBeNull();
});

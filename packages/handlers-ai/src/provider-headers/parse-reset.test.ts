import { expect, test } from "vitest";
import { parseResetMs } from "./parse-reset.js";

const now = Date.parse("2026-11-23T12:00:00Z");

test.each([
  ["45", 45_000],
  ["28.5", 28_500],
  ["120ms", 120],
  ["2m59.56s", 179_560],
  [String(now + 40_000), 40_000],
  [String(now / 1_000 + 40), 40_000],
  ["2026-11-23T12:00:07Z", 7_000],
  ["Mon, 23 Nov 2026 12:01:30 GMT", 90_000],
  ["2020-01-01T00:00:00Z", 0],
  ["-1", null],
  ["tomorrow", null],
])("%s", (text, ms) => {
  expect(parseResetMs(text, now)).toBe(ms);
});

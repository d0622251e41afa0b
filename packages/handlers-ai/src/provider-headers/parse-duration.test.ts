import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDurationMs } from "./parse-duration.js";

test.each([
  ["12ms", 12],
  ["1s", 1_000],
  ["6m0s", 360_000],
  ["2m59.56s", 179_560],
  ["10h17m5.72s", 37_025_720],
  ["46.429760048s", 46_430],
  ["1 day 2 hours", 93_600_000],
  ["45", null],
  ["-3s", null],
  ["3 fortnights", null],
  ["", null],
  ["s", null],
])("%s", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test("whatever it is given, it answers a finite wait or none", () => {
  const text = fc.oneof(
    fc.string(),
    fc.tuple(fc.bigInt({ min: 0n }), fc.constantFrom("s", "d", "ms")).map((t) => t.join("")),
  );
  fc.assert(
    fc.property(text, (given) => {
      const ms = parseDurationMs(given);
      expect(ms === null || (Number.isFinite(ms) && ms >= 0)).toBe(true);
    }),
  );
});

import { expect, test } from "vitest";
import type { GoalResult } from "../measure/goal.js";
import { goalText } from "./render-text.js";

const result: GoalResult = {
  name: "drain",
  is: "at least",
  value: 2,
  goal: 1.5,
  met: true,
  unit: "x",
  isOfOtherSize: false,
};

test.each([
  [{}, "met    drain: 2.00 x, at least 1.50"],
  [{ value: 1, met: false }, "MISSED drain: 1.00 x, at least 1.50"],
  [{ value: null, met: false }, "MISSED drain: not measured, at least 1.50"],
  [{ value: null, met: null, isOfOtherSize: true }, "–      drain: not at this size, at least 1.50"],
  [{ is: "beside", goal: null, met: null }, "–      drain: 2.00 x"],
] as const)("a line of the terminal, for %o", (change, line) => {
  expect(goalText({ ...result, ...change })).toBe(line);
});

import { expect, test } from "vitest";
import { median, quantile } from "./statistics.js";

test("the median of an odd number of values is the middle one, of an even number the mean of two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test("a quantile lies between its neighbours, in numerical order", () => {
  expect(quantile([10, 9, 100], 0)).toBe(9);
  expect(quantile([10, 9, 100], 1)).toBe(100);
  expect(quantile([0, 10, 20, 30, 40], 0.9)).toBeCloseTo(36);
});

test("nothing has no median", () => {
  expect(() => median([])).toThrow(RangeError);
});

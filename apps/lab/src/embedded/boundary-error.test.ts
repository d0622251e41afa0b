import { expect, test } from "vitest";
import { boundaryError } from "./boundary-error.js";

test("the right cut is no error, the wrong one is, and a near one is less", () => {
  expect(boundaryError([6, 6], [6, 6])).toBe(0);
  expect(boundaryError([6, 6], [5, 7])).toBeLessThan(boundaryError([6, 6], [3, 9]));
  expect(boundaryError([6, 6], [12])).toBeCloseTo(3 / 9);
  expect(boundaryError([12], [6, 6])).toBe(1);
  expect(boundaryError([1], [1])).toBe(0);
});

test("lengths that are not of the same conversation are refused", () => {
  expect(() => boundaryError([6, 6], [6, 5])).toThrow(RangeError);
});

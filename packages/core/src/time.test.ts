import { expect, test } from "vitest";
import { addMs, FOREVER, toEpochMs } from "./time.js";

test("an instant is a finite number", () => {
  expect(toEpochMs(0)).toBe(0);
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => toEpochMs(wrong)).toThrow(RangeError);
  expect(() => addMs(toEpochMs(0), Number.NaN)).toThrow(/finite/);
});

test("durations are added, backwards too", () => {
  expect(addMs(toEpochMs(5), -7)).toBe(-2);
});

test("for ever is the end of the year 9999, which every store can hold", () => {
  expect(FOREVER).toBe(toEpochMs(Date.UTC(9999, 11, 31, 23, 59, 59)));
});

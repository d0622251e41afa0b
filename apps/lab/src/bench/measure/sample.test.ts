import { expect, test } from "vitest";
import { medianOf, ratioOf, ratiosOf, type Sample } from "./sample.js";

const ours = { contender: "ours", setting: "s", metric: "perSecond" };
const theirs = { ...ours, contender: "theirs" };

function sample(contender: string, round: number, perSecond?: number): Sample {
  return { contender, setting: "s", round, values: perSecond === undefined ? {} : { perSecond } };
}

test("ratios are taken within a round, so that what slows all down cancels out", () => {
  const samples = [
    sample("ours", 1, 200),
    sample("theirs", 1, 100),
    sample("theirs", 2, 10),
    sample("ours", 2, 20),
    sample("ours", 3, 900),
    sample("theirs", 3, 300),
  ];
  expect(ratiosOf(samples, ours, theirs)).toEqual([2, 2, 3]);
  expect(ratioOf(samples, ours, theirs)).toBe(2);
});

test("a round that one of them did not finish has no ratio", () => {
  const samples = [
    sample("ours", 1, 200),
    sample("theirs", 1),
    sample("ours", 2, 30),
    sample("theirs", 2, 10),
  ];
  expect(ratiosOf(samples, ours, theirs)).toEqual([3]);
  expect(medianOf(samples, ours)).toBe(115);
});

test("what was not measured is null, not 0", () => {
  expect(ratioOf([sample("ours", 1, 200)], ours, theirs)).toBeNull();
  expect(medianOf([], ours)).toBeNull();
});

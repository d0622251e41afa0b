import { expect, test } from "vitest";
import { evaluateGoal, type Goal, timesThePeer } from "./goal.js";
import type { Sample } from "./sample.js";

const goal = (is: Goal["is"], reached: number | null): Goal => ({
  name: "g",
  is,
  goal: is === "beside" ? null : 2,
  unit: "x",
  value: () => reached,
});

test.each([
  ["at least", 2, true],
  ["at least", 1.99, false],
  ["at most", 2, true],
  ["at most", 2.01, false],
  ["below", 1.99, true],
  ["below", 2, false],
  ["beside", 5, null],
] as const)("%s: %d of 2 is met: %s", (is, reached, met) => {
  expect(evaluateGoal(goal(is, reached), []).met).toBe(met);
});

test.each(["at least", "at most", "below"] as const)("%s: what was not measured is not met", (is) => {
  expect(evaluateGoal(goal(is, null), [])).toMatchObject({ value: null, met: false });
  expect(evaluateGoal(goal(is, Number.NaN), []).met).toBe(false);
});

test("what is only shown is not judged, measured or not", () => {
  expect(evaluateGoal(goal("beside", 5), [])).toMatchObject({ value: 5, met: null });
  expect(evaluateGoal(goal("beside", null), [])).toMatchObject({ value: null, met: null });
});

test("figures of another size than the name tells are not judged", () => {
  const sized: Goal = { ...goal("at least", 2), size: { of: 1_000, setting: "s", metric: "jobs" } };
  const sample = (jobs: number): Sample => ({ contender: "c", setting: "s", round: 1, values: { jobs } });
  expect(evaluateGoal(sized, [sample(1_000)])).toMatchObject({ value: 2, met: true, isOfOtherSize: false });
  expect(evaluateGoal(sized, [sample(100)])).toMatchObject({ value: null, met: null, isOfOtherSize: true });
  expect(evaluateGoal({ ...sized, value: () => null }, [])).toMatchObject({
    met: false,
    isOfOtherSize: false,
  });
});

test("the peer to beat is the one with the highest median, in all rounds the same one", () => {
  const rates = { ours: [100, 100, 100], fast: [50, 50, 10], lucky: [20, 20, 90] };
  const samples: readonly Sample[] = Object.entries(rates).flatMap(([contender, all]) =>
    all.map((perSecond, index) => ({ contender, setting: "s", round: index + 1, values: { perSecond } })),
  );
  const result = evaluateGoal(
    timesThePeer({
      name: "g",
      factor: 2,
      ours: { contender: "ours", setting: "s", metric: "perSecond" },
      peers: ["lucky", "fast", "absent"],
    }),
    samples,
  );
  expect(result).toMatchObject({ value: 2, met: true });
});

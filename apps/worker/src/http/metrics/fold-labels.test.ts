import fc from "fast-check";
import { expect, test } from "vitest";
import { foldLabels } from "./fold-labels.js";

test("the heaviest keep their names", () => {
  const label = foldLabels(
    [
      ["a", 1],
      ["b", 5],
      ["c", 3],
      ["a", 3],
    ],
    2,
  );
  expect(["a", "b", "c", "unheard of"].map(label)).toEqual(["a", "b", "other", "other"]);
});

test("there are never more than the limit and one, whatever there is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.nat())),
      fc.integer({ min: 1, max: 20 }),
      (weights, limit) => {
        const label = foldLabels(weights, limit);
        expect(new Set(weights.map(([name]) => label(name))).size).toBeLessThanOrEqual(limit + 1);
      },
    ),
  );
});

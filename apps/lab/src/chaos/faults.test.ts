import { createSeededRandom } from "@sluice/runner/testing";
import { expect, test } from "vitest";
import { planFaults } from "./faults.js";

function firstFaults(seed: number, count: number) {
  const plan = planFaults(createSeededRandom(seed), 4);
  return Array.from({ length: count }, () => plan.next().value);
}

test("the same seed plans the same faults, another one others", () => {
  expect(firstFaults(7, 200)).toEqual(firstFaults(7, 200));
  expect(firstFaults(7, 200)).not.toEqual(firstFaults(8, 200));
});

test("every kind of fault comes, and more than half of them are kills", () => {
  const types = firstFaults(1, 2_000).map(({ fault }) => fault.type);
  expect(new Set(types).size).toBe(10);
  expect(types.filter((type) => type === "kill").length).toBeGreaterThan(1_000);
});

test("slots are those of the fleet", () => {
  for (const { fault } of firstFaults(3, 500))
    if ("slot" in fault) expect([0, 1, 2, 3]).toContain(fault.slot);
});

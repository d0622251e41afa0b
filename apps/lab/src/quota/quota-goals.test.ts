import { expect, test } from "vitest";
import { measure, runOnce } from "./measure.js";
import { scenarios } from "./scenarios.js";

function named(name: string) {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
}

const cheap = [
  "600 rpm, whole seconds",
  "600 rpm, untold",
  "fixed window",
  "burst of a minute",
  "600, 200, 600 rpm",
  "60 rpm, 2 s calls",
  "10 rpm, burst 2",
  "sliding window",
  "100k tpm, burst of 10 s",
  "fleet of 1 x 1, 600 rpm",
  "20 s calls, 8 x 50",
];

test.each(cheap)("%s: an unknown quota is used to 93 %% with at most 2 %% of the calls refused", (name) => {
  const { achieved, refused } = measure(named(name), "unconfigured", 3);
  expect(achieved).toBeGreaterThanOrEqual(0.93);
  expect(refused).toBeLessThanOrEqual(0.02);
});

test.each(cheap.filter((name) => named(name).isSteady))(
  "%s: a configured quota is used to 97 %% with at most 0.5 %% of the calls refused",
  (name) => {
    const { achieved, refused } = measure(named(name), "configured", 1);
    expect(achieved).toBeGreaterThanOrEqual(0.97);
    expect(refused).toBeLessThanOrEqual(0.005);
  },
);

test("limits told by headers follow a quota that changes", () => {
  const { achieved, refused } = measure(named("600, 200, 600 rpm"), "headers", 1);
  expect(achieved).toBeGreaterThanOrEqual(0.97);
  expect(refused).toBeLessThanOrEqual(0.005);
});

test("pausing and then all going at once gets most calls refused: what the gate is there to prevent", () => {
  expect(runOnce(named("600 rpm"), "naive", 1).refused).toBeGreaterThan(0.5);
});

test("the same seed gives the same run", () => {
  const scenario = named("100k tpm, burst of 10 s");
  expect(runOnce(scenario, "unconfigured", 7)).toEqual(runOnce(scenario, "unconfigured", 7));
  expect(runOnce(scenario, "unconfigured", 7)).not.toEqual(runOnce(scenario, "unconfigured", 8));
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillMarkers } from "../../fill-markers.js";
import type { GoalResult } from "../measure/goal.js";
import { judge } from "../run-benchmarks.js";
import { renderParts } from "./render-markdown.js";
import type { Results } from "./results.js";

const docs = join(import.meta.dirname, "../../../../../docs");
const page = readFileSync(join(docs, "benchmarks.md"), "utf8");
const measured: Results = JSON.parse(readFileSync(join(docs, "benchmarks.json"), "utf8"));

test("the tables of the page are those of the results beside it: no number is written by hand", () => {
  const results = { ...measured, goals: judge(measured.benchmarks) };
  expect(fillMarkers(page, "bench", renderParts(results))).toBe(page);
});

test("a goal is met, missed, or not judged: when it is only shown, or was measured at another size", () => {
  const met: GoalResult = {
    name: "a",
    is: "at most",
    value: 1,
    goal: 2,
    met: true,
    unit: "x",
    isOfOtherSize: false,
  };
  const goals: readonly GoalResult[] = [
    met,
    { ...met, name: "b", value: 3, met: false },
    { ...met, name: "c", value: null, met: null, isOfOtherSize: true },
    { ...met, name: "d", is: "beside", goal: null, met: null },
  ];
  const rows = renderParts({ ...measured, goals })
    ["goals"]?.split("\n")
    .slice(2);
  expect(rows?.map((row) => row.split(/ *\| */).slice(1, -1))).toEqual([
    ["a", "at most 2.00 x", "1.00 x", "met"],
    ["b", "at most 2.00 x", "3.00 x", "**missed**"],
    ["c", "at most 2.00 x", "not at this size", "–"],
    ["d", "shown", "1.00 x", "–"],
  ]);
});

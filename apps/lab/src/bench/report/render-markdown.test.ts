import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judge } from "../run-benchmarks.js";
import { fillMarkers, renderParts } from "./render-markdown.js";
import type { Results } from "./results.js";

const docs = join(import.meta.dirname, "../../../../../docs");
const page = readFileSync(join(docs, "benchmarks.md"), "utf8");
const measured: Results = JSON.parse(readFileSync(join(docs, "benchmarks.json"), "utf8"));

test("the tables of the page are those of the results beside it: no number is written by hand", () => {
  const results = { ...measured, goals: judge(measured.benchmarks) };
  expect(fillMarkers(page, renderParts(results))).toBe(page);
});

test("a part goes between its markers, whatever stood there", () => {
  const before = "a\n<!-- bench:x -->\nold\n<!-- /bench:x -->\nb";
  const after = "a\n<!-- bench:x -->\n\nnew $1\n\n<!-- /bench:x -->\nb";
  expect(fillMarkers(before, { x: "new $1" })).toBe(after);
  expect(fillMarkers(after, { x: "new $1" })).toBe(after);
});

test("a part without a place, and a place without a part, are mistakes", () => {
  expect(() => fillMarkers("nothing", { x: "new" })).toThrow("no place for x");
  expect(() => fillMarkers("<!-- bench:y -->\n<!-- /bench:y -->", {})).toThrow("a place for y");
});

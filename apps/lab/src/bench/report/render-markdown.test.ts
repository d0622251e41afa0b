import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillMarkers } from "../../fill-markers.js";
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

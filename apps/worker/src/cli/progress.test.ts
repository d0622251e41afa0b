import { expect, test } from "vitest";
import { paceOf, showProgress } from "./progress.js";
import { createTerminal } from "./terminal.js";

test("the pace is that of all that was done so far, and the rest takes as long", () => {
  expect(paceOf({ done: 500, total: 2_000, tookMs: 10_000 })).toEqual({ rate: "50", left: " | 30 s left" });
  expect(paceOf({ done: 1, total: 1_000, tookMs: 4_000 })).toEqual({
    rate: "0.3",
    left: " | 1 h 6 min left",
  });
});

test("nothing is foretold before the beginning and after the end", () => {
  expect(paceOf({ done: 0, total: 10, tookMs: 0 }).left).toBe("");
  expect(paceOf({ done: 10, total: 10, tookMs: 1_000 }).left).toBe("");
});

test("in a pipe, progress is ten lines or so, the last one among them", () => {
  const lines: string[] = [];
  const terminal = {
    ...createTerminal(),
    showsProgress: false,
    note: (text: string) => void lines.push(text),
  };
  const progress = showProgress(terminal, "jobs");
  for (let done = 0; done <= 1_000; done++) progress.update(done, 1_000);
  progress.end();
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe("jobs: 1000 of 1000");
});

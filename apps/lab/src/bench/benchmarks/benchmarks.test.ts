import { expect, test } from "vitest";
import { contenders } from "../contenders.js";
import { judge } from "../run-benchmarks.js";
import { benchmarks } from "./benchmarks.js";

/** What Sluice sets out to reach, row by row, and of how many parts each row is. */
const rows: readonly (readonly [row: string, goal: RegExp, parts: number])[] = [
  ["drain at concurrency 100", /^drain, concurrency 100, (1 process|2 processes), against/, 6],
  ["drain at concurrency 10", /^drain, concurrency 10, (1 process|2 processes), against/, 6],
  ["CPU per job", /^CPU per job in (Node|Postgres)$/, 2],
  ["bulk enqueue", /^bulk enqueue/, 1],
  ["single enqueue", /^single enqueue, (1|16|256) in flight/, 3],
  ["pickup latency", /^pickup latency p(50|99)/, 2],
  ["claim behind a paused backlog", /^claim of 100 with 1,000,000 paused/, 1],
  [
    "drain behind a paused backlog",
    /^1,000 jobs behind 1,000,000 paused|^the same for (graphile|pg-boss)/,
    3,
  ],
  ["claim with many task types", /^claim with 1,000 task types/, 1],
  ["wear", /^(throughput|claim) (after 1,000,000 completed|with 300,000 dead rows)/, 4],
  ["goodput", /^(goodput|refused), (configured|learned), (retry-after told|nothing told)$/, 8],
  ["footprint", /^(memory of|start of)/, 3],
];

const goals = judge([]);

test.each(rows)("%s: each part of the row has a goal", (_, pattern, parts) => {
  expect(goals.filter(({ name }) => pattern.test(name))).toHaveLength(parts);
});

test("there are no other goals, and no two of one name", () => {
  expect(goals).toHaveLength(rows.reduce((sum, [, , parts]) => sum + parts, 0));
  expect(new Set(goals.map(({ name }) => name)).size).toBe(goals.length);
});

test("what was not run is in the results, as missed; what is only shown, as not judged", () => {
  expect(
    goals.every(({ is, met, value }) => met === (is === "beside" ? null : false) && value === null),
  ).toBe(true);
});

const bigSize = /\d{3},000,000|\d,000,000|\d{3},000/;
const sized = benchmarks.flatMap(({ name, goals: all }) =>
  all.filter((goal) => bigSize.test(goal.name)).map((goal) => ({ benchmark: name, goal })),
);

test.each(sized)("a quick run does not say whether it is met: $goal.name", ({ benchmark, goal }) => {
  const told = Number(bigSize.exec(goal.name)?.[0].replaceAll(",", ""));
  const settings =
    benchmarks.find(({ name }) => name === benchmark)?.tables.map(({ setting }) => setting) ?? [];
  const resultOf = (size: number) => {
    const samples = settings.map((setting) => ({
      contender: contenders.sluice.label,
      setting,
      round: 1,
      values: { perSecond: 1, claimP50Ms: 1, backlog: size, before: size },
    }));
    const results = judge([{ name: benchmark, seconds: 1, failures: [], samples }]);
    return results.find(({ name }) => name === goal.name);
  };
  expect(resultOf(told)).toMatchObject({ value: 1, met: true });
  expect(resultOf(100_000)).toMatchObject({ value: null, met: null, isOfOtherSize: true });
});

test("there are goals that name a size", () => expect(sized).toHaveLength(6));

test("benchmarks have names of their own, and tables", () => {
  expect(new Set(benchmarks.map(({ name }) => name)).size).toBe(benchmarks.length);
  expect(benchmarks.every(({ tables }) => tables.length > 0)).toBe(true);
});

import { expect, test } from "vitest";
import type { Sample } from "../measure/sample.js";
import { toTable } from "./table.js";

const samples: readonly Sample[] = [
  ["ours", 1, 3_000],
  ["theirs", 1, 1_000],
  ["ours", 2, 2_000],
  ["theirs", 2, 2_000],
].map(([contender, round, perSecond]) => ({
  contender: String(contender),
  setting: "s",
  round: Number(round),
  values: { perSecond: Number(perSecond) },
}));

test("a table shows medians, the spread, and the ratio of every round", () => {
  const table = toTable(
    {
      title: "t",
      setting: "s",
      metrics: [
        { metric: "perSecond", label: "jobs/s", digits: 0 },
        { metric: "absent", label: "?", digits: 1 },
      ],
      ratio: { metric: "perSecond", ours: "ours" },
    },
    samples,
  );
  expect(table.head).toEqual(["", "jobs/s", "?", "lowest – highest", "ours / it, by round"]);
  expect(table.rows).toEqual([
    ["ours", "2,500", "–", "2,000 – 3,000", ""],
    ["theirs", "1,500", "–", "1,000 – 2,000", "2.00 (3.00 1.00)"],
  ]);
});

import { expect, test } from "vitest";
import { toJson, toText, traceText } from "./report.js";
import { simulate } from "./simulate.js";

const report = {
  seeds: 2,
  jobs: 31,
  faults: new Map([
    ["stall", 2],
    ["crash", 1_500],
  ] as const),
  violations: 1,
  failures: [{ seed: 9, violations: [{ atMs: 1_250, law: "gate", detail: "claimed through model:a:b:c" }] }],
};

test("programs get one object, with the numbers of faults by kind and the seeds that failed", () => {
  expect(toJson(report)).toBe(
    '{"seeds":2,"jobs":31,"faults":{"crash":1500,"stall":2},"violations":1,"failingSeeds":[9]}',
  );
});

test("people get the numbers, what was broken, and how to see it again", () => {
  expect(toText(report, 2_340)).toBe(
    [
      "2 seeds, 31 jobs, 1,502 faults, 2.3 s",
      "  crash                        1,500",
      "  stall                            2",
      "1 violations:",
      "  seed 9  (replay: sim --seed 9 --trace)",
      "    1.250 s  gate: claimed through model:a:b:c",
    ].join("\n"),
  );
});

test("a trace says who did what when, from the first worker's start to the last one's end", async () => {
  const lines = traceText(await simulate(8, { isTraced: true })).split("\n");
  expect(lines[0]).toMatch(/^ +\d+\.\d{3} {2}worker-\d\.1 +worker-started$/);
  expect(lines).toContainEqual(
    expect.stringMatching(/worker-\d\.\d+ +run-succeeded [0-9a-f]{6}\/\d+ outcome=succeeded/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/weather +clears up$/));
  expect(lines.at(-1)).toMatch(/^seed 8: \d+ jobs, 0 violations$/);
});

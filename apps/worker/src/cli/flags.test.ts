import { InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { durationMs, instant, jobId, jobIds, json, statuses, target, wholeNumber } from "./flags.js";

test("durations are numbers with units, added up", () => {
  expect(["250ms", "90s", "10m", "1h30m", "2d", "0.5s"].map(durationMs)).toEqual([
    250, 90_000, 600_000, 5_400_000, 172_800_000, 500,
  ]);
});

test("statuses may be named together and one after another", () => {
  expect(statuses("cancelled", statuses("failed_ai,pending"))).toEqual(["failed_ai", "pending", "cancelled"]);
});

test("a target's id may have colons", () => {
  expect(target("code_entity:src/a.ts#b:c")).toEqual({ type: "code_entity", id: "src/a.ts#b:c" });
});

test("ids are UUIDs in any case", () => {
  const id = "019AB000-0000-7000-8000-000000000001";
  expect(jobIds(id, [jobId(id)])).toEqual([id.toLowerCase(), id.toLowerCase()]);
});

test("an instant has a time zone", () => {
  expect(instant("2026-01-31T09:00:00+01:00").toISOString()).toBe("2026-01-31T08:00:00.000Z");
});

describe("what cannot be meant is refused", () => {
  test.each<[(text: string) => unknown, string[]]>([
    [durationMs, ["", "10", "m", "-1m", "1m 30s", "10x", "0s", "99999d", "1e3s"]],
    [wholeNumber(1, 10), ["", "0", "11", "1.5", "1e1", "0x1", " 1", "many"]],
    [jobId, ["", "1", "019ab000", "019ab000-0000-7000-8000-00000000000g"]],
    [(text) => statuses(text), ["", "failed", "pending,"]],
    [target, ["", "README.md", ":x", "x:"]],
    [json, ["", "{", "undefined"]],
    [instant, ["", "2026-01-31", "2026-01-31T09:00:00", "2026-13-31T09:00:00Z", "tomorrow"]],
  ])("%#", (parse, texts) => {
    for (const text of texts) expect(() => parse(text), text).toThrow(InvalidArgumentError);
  });
});

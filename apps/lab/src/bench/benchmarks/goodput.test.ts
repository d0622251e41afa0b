import { expect, test } from "vitest";
import { requestsPerMinute } from "../goodput/provider-quota.js";
import { cells } from "./goodput.js";

test("BullMQ's limiter has the provider's limit, by the second and by the minute, and says which", () => {
  const limited = cells.flatMap(({ contender, setting, policy }) =>
    policy.type === "limiter" ? [{ contender, setting, ...policy.limiter }] : [],
  );
  for (const setting of ["retry-after told", "nothing told"])
    expect(limited.filter((cell) => cell.setting === setting)).toEqual([
      { contender: "BullMQ, limiter of 10 a second", setting, max: 10, duration: 1_000 },
      { contender: "BullMQ, limiter of 600 a minute", setting, max: 600, duration: 60_000 },
    ]);
  for (const { max, duration } of limited) expect((max / duration) * 60_000).toBe(requestsPerMinute);
});

test("no two cells are of one name and setting", () => {
  expect(new Set(cells.map(({ contender, setting }) => `${contender}, ${setting}`)).size).toBe(cells.length);
});

import { expect, test } from "vitest";
import { createTurnstile } from "./turnstile.js";

test("so many pass at a time, in their order, and whoever fails makes room as well", async () => {
  const through = createTurnstile(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const pass = (name: string) =>
    through(async () => {
      log.push(name);
      await new Promise<void>((resolve, reject) => {
        ends.push(() => (name === "b" ? reject(new Error("b failed")) : resolve()));
      });
      return name;
    });
  const passing = ["a", "b", "c", "d"].map(pass);
  expect(log).toEqual(["a", "b"]);
  ends[1]?.();
  await expect(passing[1]).rejects.toThrow("b failed");
  await expect.poll(() => log).toEqual(["a", "b", "c"]);
  ends[0]?.();
  await expect.poll(() => log).toEqual(["a", "b", "c", "d"]);
  for (const end of ends.slice(2)) end();
  expect(await Promise.all([passing[0], passing[2], passing[3]])).toEqual(["a", "c", "d"]);
});

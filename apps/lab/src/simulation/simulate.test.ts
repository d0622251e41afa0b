import { expect, test } from "vitest";
import { faultKinds } from "./faults.js";
import { rushConcurrency } from "./plan.js";
import { runSeeds } from "./run-seeds.js";
import { simulate } from "./simulate.js";

/** A line of a stack: our code, but for this file. */
const isOurs = /\/(packages\/\w+|apps\/lab)\/src\/(?!.*\.test\.ts)/;
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

test("in 200 worlds everything goes wrong that can, no law is broken, and every job comes to its end", async () => {
  const { jobs, faults, failures } = await runSeeds(seeds);
  expect(failures).toEqual([]);
  expect(jobs).toBeGreaterThan(2_000);
  expect(faultKinds.filter((kind) => !faults.has(kind))).toEqual([]);
}, 120_000);

test("in some worlds workers claim more than they have slots", async () => {
  let largest = 0;
  for (const seed of seeds) {
    const { history } = await simulate(seed);
    for (const event of history.events)
      if (event.type === "claim") largest = Math.max(largest, event.answer?.length ?? 0);
    if (largest > rushConcurrency) break;
  }
  expect(largest).toBeGreaterThan(rushConcurrency);
});

test("the same seed gives the same history and the same trace, byte for byte; another seed does not", async () => {
  const [one, same, other] = [
    await simulate(7, { isTraced: true }),
    await simulate(7, { isTraced: true }),
    await simulate(8, { isTraced: true }),
  ];
  expect(one.trace.length).toBeGreaterThan(100);
  expect(same.trace.join("\n")).toBe(one.trace.join("\n"));
  expect(JSON.stringify(same.history)).toBe(JSON.stringify(one.history));
  expect(JSON.stringify(other.history)).not.toBe(JSON.stringify(one.history));
});

test("nothing in it asks the machine for the time, for chance or for a timer", async () => {
  const asked: string[] = [];
  function listen<Owner extends object>(owner: Owner, ...names: (keyof Owner & string)[]): void {
    for (const name of names) {
      const original = owner[name] as (...args: unknown[]) => unknown;
      owner[name] = function (this: unknown, ...args: unknown[]) {
        const callers = (new Error("who asks?").stack ?? "").split("\n").slice(2);
        if (callers.some((caller) => isOurs.test(caller))) asked.push(`${name}${callers[0]}`);
        return original.apply(this, args);
      } as Owner[typeof name];
      restore.push(() => {
        owner[name] = original as Owner[typeof name];
      });
    }
  }
  const restore: (() => void)[] = [];
  listen(Date, "now");
  listen(performance, "now");
  listen(Math, "random");
  listen(crypto, "getRandomValues", "randomUUID");
  listen(globalThis, "setTimeout", "setInterval");
  try {
    await simulate(7);
  } finally {
    for (const undo of restore) undo();
  }
  expect(asked).toEqual([]);
});

import { expect, test } from "vitest";
import { rationReads } from "./ration-reads.js";

/** A source whose reads take `tookMs` of a clock that only this test moves. */
function scene({ tookMs = 10 } = {}) {
  let nowMs = 0;
  let reads = 0;
  const ask = rationReads(
    () => {
      reads += 1;
      nowMs += tookMs;
      return Promise.resolve(reads);
    },
    { restMs: 1_000, restFactor: 20, patienceMs: 60_000, usableMs: 5_000, nowMs: () => nowMs },
  );
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { ask, reads: () => reads, pass };
}

test("many that ask at once cause one read", async () => {
  const { ask, reads } = scene();
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(new Set(answers.map(({ value }) => value))).toEqual(new Set([1]));
  expect(reads()).toBe(1);
});

test("the source rests between two reads", async () => {
  const { ask, pass } = scene();
  expect((await ask()).value).toBe(1);
  pass(999);
  expect((await ask()).value).toBe(1);
  pass(1);
  expect((await ask()).value).toBe(2);
});

test("the longer a read takes, the longer the source rests", async () => {
  const { ask, pass } = scene({ tookMs: 500 });
  await ask();
  pass(9_999);
  expect((await ask()).value).toBeNull();
  pass(1);
  expect((await ask()).value).toBe(2);
});

test("a read that fails is told, and what is known stays usable for a while", async () => {
  let nowMs = 0;
  let isBroken = false;
  const ask = rationReads(() => (isBroken ? Promise.reject(new Error("away")) : Promise.resolve("known")), {
    restMs: 1_000,
    restFactor: 20,
    patienceMs: 60_000,
    usableMs: 5_000,
    nowMs: () => nowMs,
  });
  expect(await ask()).toEqual({ value: "known", failure: null, isLate: false });
  isBroken = true;
  nowMs = 2_000;
  expect(await ask()).toMatchObject({ value: "known", failure: { message: "away" } });
  nowMs = 5_001;
  expect(await ask()).toMatchObject({ value: null, failure: { message: "away" } });
  isBroken = false;
  nowMs = 7_000;
  expect(await ask()).toEqual({ value: "known", failure: null, isLate: false });
});

test("nobody waits for a source that does not answer, and it is not asked again meanwhile", async () => {
  let reads = 0;
  let answer: (value: string) => void = () => undefined;
  const ask = rationReads(
    () => {
      reads += 1;
      return new Promise<string>((resolve) => {
        answer = resolve;
      });
    },
    { restMs: 0, restFactor: 0, patienceMs: 1, usableMs: 60_000 },
  );
  expect(await ask()).toEqual({ value: null, failure: null, isLate: true });
  expect((await ask()).isLate).toBe(true);
  expect(reads).toBe(1);
  answer("at last");
  await expect.poll(async () => (await ask()).value).toBe("at last");
});

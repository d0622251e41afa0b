import { expect, test, vi } from "vitest";
import { createVirtualClock } from "./virtual-clock.js";

test("what is scheduled runs in the order of its time, then of its scheduling", async () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  const note = (name: string) => () => void ran.push(`${name}@${clock.monotonicMs()}`);
  clock.schedule(20, note("late"));
  clock.schedule(10, note("first"));
  clock.schedule(10, note("second"));
  clock.schedule(0, note("now"));
  await clock.advance(15);
  expect(ran).toEqual(["now@0", "first@10", "second@10"]);
  expect(clock.monotonicMs()).toBe(15);
  await clock.advance(5);
  expect(ran.at(-1)).toBe("late@20");
});

test("promises behind a timer come to rest before the next one runs", async () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  clock.schedule(10, () => {
    void (async () => {
      for (let n = 0; n < 50; n++) await Promise.resolve();
      ran.push("promises of the first");
    })();
  });
  clock.schedule(10, () => void ran.push("second"));
  await clock.advance(10);
  expect(ran).toEqual(["promises of the first", "second"]);
});

test("a timer that is cancelled does not run", async () => {
  const clock = createVirtualClock();
  let isRun = false;
  const cancel = clock.schedule(5, () => {
    isRun = true;
  });
  cancel();
  await clock.advance(10);
  expect(isRun).toBe(false);
  expect(clock.pending).toBe(0);
});

test("a promise is finished by moving time on, and its rejection is passed on", async () => {
  const clock = createVirtualClock();
  const slow = new Promise<string>((resolve) => clock.schedule(5_000, () => resolve("done")));
  expect(await clock.finish(slow)).toBe("done");
  expect(clock.monotonicMs()).toBe(5_000);
  await expect(clock.finish(Promise.reject(new Error("no")))).rejects.toThrow("no");
});

test("what never comes true is an error, not an endless loop", async () => {
  const clock = createVirtualClock();
  await expect(clock.runUntil(() => false)).rejects.toThrow("nothing was left to run");
  const again = () => void clock.schedule(1_000, again);
  again();
  await expect(clock.runUntil(() => false, { limitMs: 10_000 })).rejects.toThrow("after 10000 ms");
});

test("what becomes due while everything stands still runs late", async () => {
  const clock = createVirtualClock();
  let ranAtMs = 0;
  clock.schedule(10, () => {
    ranAtMs = clock.monotonicMs();
  });
  clock.stall(1_000);
  await clock.settle();
  expect(ranAtMs).toBe(1_000);
});

test("both clocks go on together", async () => {
  const clock = createVirtualClock({ startMs: 5_000 });
  await clock.advance(250);
  expect([clock.monotonicMs(), clock.wallMs()]).toEqual([250, 5_250]);
});

test("it moves on although a test has replaced the platform's timers", async () => {
  vi.useFakeTimers();
  try {
    const clock = createVirtualClock();
    await clock.finish(new Promise<void>((resolve) => clock.schedule(Number.NaN, resolve)));
    await clock.advance(5);
    expect(clock.monotonicMs()).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});

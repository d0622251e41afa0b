import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./system-clock.js";
import { systemRandom } from "./system-random.js";

afterEach(() => {
  vi.useRealTimers();
});

test("a delay of 0 is the next turn of the event loop, after the promises of this one", async () => {
  const ran: string[] = [];
  const turn = new Promise<void>((resolve) => {
    systemClock.schedule(0, () => {
      ran.push("turn");
      resolve();
    });
  });
  await Promise.resolve().then(() => ran.push("promise"));
  await turn;
  expect(ran).toEqual(["promise", "turn"]);
});

test("what is cancelled does not run, with or without a delay", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  for (const delayMs of [0, 10, 2 ** 33]) systemClock.schedule(delayMs, run)();
  vi.advanceTimersByTime(2 ** 34);
  expect(run).not.toHaveBeenCalled();
});

test("a delay that is no number is none, and timers that an app's tests have replaced do not matter to it", async () => {
  vi.useFakeTimers();
  await new Promise<void>((resolve) => systemClock.schedule(Number.NaN, resolve));
  await new Promise<void>((resolve) => systemClock.schedule(0, resolve));
});

test("waits longer than the platform's timers can be are waited for all the same", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const days30 = 30 * 86_400_000;
  systemClock.schedule(days30, run);
  vi.advanceTimersByTime(days30 - 1);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
});

test("a wait of which a first piece is over can still be cancelled", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const cancel = systemClock.schedule(30 * 86_400_000, run);
  vi.advanceTimersByTime(29 * 86_400_000);
  cancel();
  vi.advanceTimersByTime(2 * 86_400_000);
  expect(run).not.toHaveBeenCalled();
});

test("the platform's chance is a fraction, never the same twice in a row, and fills its range", () => {
  const drawn = Array.from({ length: 2_000 }, () => systemRandom.fraction());
  expect(drawn.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(Math.min(...drawn)).toBeLessThan(0.05);
  expect(Math.max(...drawn)).toBeGreaterThan(0.95);
});

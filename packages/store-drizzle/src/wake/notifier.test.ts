import type { Wake } from "@sluice/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { decodeWake, encodeWake } from "./channel.js";
import { createNotifier } from "./notifier.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function notifier() {
  const sent: Wake[] = [];
  const { send, close } = createNotifier({
    debounceMs: 10,
    notify: async (wakes) => void sent.push(...wakes),
  });
  return { sent, send, close };
}

const jobs = (...taskTypes: string[]): Wake => ({ type: "jobs", taskTypes });

test("the first wakes at once, those that follow once when the time is over", async () => {
  const { sent, send } = notifier();
  for (let count = 0; count < 5; count++) send([jobs("a")]);
  expect(sent).toEqual([jobs("a")]);
  vi.advanceTimersByTime(10);
  expect(sent).toEqual([jobs("a"), jobs("a")]);
  vi.advanceTimersByTime(100);
  expect(sent).toHaveLength(2);
});

test("task types rest each for itself; gates and cancels do not", async () => {
  const { sent, send } = notifier();
  send([jobs("a")]);
  send([jobs("a", "b"), { type: "cancel", workerId: "w1", jobId: "j" as never }]);
  expect(sent).toEqual([jobs("a"), { type: "cancel", workerId: "w1", jobId: "j" }, jobs("b")]);
});

test("closing sends what was held back", async () => {
  const { sent, send, close } = notifier();
  send([jobs("a")]);
  send([jobs("a")]);
  await close();
  expect(sent).toHaveLength(2);
});

test("a wake-up with too many names goes in parts, and comes back as it was", () => {
  const many = Array.from({ length: 500 }, (_, index) => `a-rather-long-task-type-${index}`);
  const parts = encodeWake(jobs(...many));
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.every((part) => Buffer.byteLength(part) <= 7_999)).toBe(true);
  expect(parts.map(decodeWake).flatMap((wake) => (wake?.type === "jobs" ? wake.taskTypes : []))).toEqual(
    many,
  );
});

test.each(["", "null", "{}", '{"type":"jobs"}', '{"type":"gate","key":3}'])("%j is not ours", (text) => {
  expect(decodeWake(text)).toBeNull();
});

import { expect, onTestFinished, test, vi } from "vitest";
import { coalesce } from "./coalesce.js";

/** Runs batches when told to, and remembers them. */
function batches({ maxItems = 100, maxInFlight = 1 } = {}) {
  const seen: (readonly number[])[] = [];
  const coalescer = coalesce<number, string>({
    run: async (items) => {
      seen.push(items);
      if (items.includes(13)) throw new Error("13");
      return items.map((item) => `#${item}`);
    },
    isFaultOfOne: () => true,
    maxItems,
    maxInFlight,
  });
  return { seen, ...coalescer };
}

test("what is asked for at once goes together, each with its own answer", async () => {
  const { add, seen } = batches();
  expect(await Promise.all([1, 2, 3].map(add))).toEqual(["#1", "#2", "#3"]);
  expect(seen).toEqual([[1, 2, 3]]);
});

test("what follows on one another within a turn of the event loop goes together, too, even when timers stand still", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { add, seen } = batches();
  const after = async (steps: number): Promise<string> => {
    for (let step = 0; step < steps; step++) await Promise.resolve();
    return await add(steps);
  };
  await Promise.all([0, 1, 20].map(after));
  expect(seen).toEqual([[0, 1, 20]]);
});

test("no batch is larger than allowed", async () => {
  const { add, seen } = batches({ maxItems: 2 });
  await Promise.all([1, 2, 3, 4, 5].map(add));
  expect(seen).toEqual([[1, 2], [3, 4], [5]]);
});

test("one bad item fails alone", async () => {
  const { add } = batches();
  const settled = await Promise.allSettled([12, 13, 14].map(add));
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("it is idle when everything is answered", async () => {
  const { add, idle, seen } = batches({ maxItems: 1 });
  const answers = Promise.all([1, 2, 3].map(add));
  await idle();
  expect(seen).toHaveLength(3);
  expect(await answers).toHaveLength(3);
});

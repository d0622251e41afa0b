import { type EpochMs, type JobId, makeJobId, toEpochMs } from "@sluice/core";
import { expect, test } from "vitest";
import { type ClaimKey, LowWater } from "./low-water.js";

const now = toEpochMs(1_800_000_000_000);

function key(dueAt: number, priority = 0): ClaimKey {
  return { priority, dueAt: dueAt as EpochMs, id: makeJobId(dueAt, { fraction: () => 0.5 }) };
}

function open() {
  let ms = 0;
  const lowWater = new LowWater({ monotonicMs: () => ms });
  return {
    lowWater,
    saw: (keys: Record<string, ClaimKey>, wasted: number) =>
      lowWater.learn({ keys: new Map(Object.entries(keys)), wasted }),
    from: (taskType: string) => lowWater.columns([taskType]),
    pass: (more: number) => {
      ms += more;
    },
  };
}

const fromTheStart = ["{-2147483648}", "{-Infinity}", '{"00000000-0000-0000-0000-000000000000"}'];
const columnsOf = ({ priority, dueAt, id }: ClaimKey) => [`{${priority}}`, `{${dueAt}}`, `{"${id}"}`];

test("looks that cost little are always at everything", () => {
  const { saw, from, lowWater } = open();
  saw({ translate: key(5) }, 999);
  expect(from("translate")).toEqual(fromTheStart);
  expect(lowWater.wholeLookInMs("translate")).toBeNull();
});

test("after a look that went over many dead entries the next ones begin where it ended, and go on from there", () => {
  const { saw, from } = open();
  saw({ translate: key(5) }, 300_000);
  expect(from("translate")).toEqual(columnsOf(key(5)));
  expect(from("other")).toEqual(fromTheStart);
  saw({ translate: key(7) }, 0);
  expect(from("translate")).toEqual(columnsOf(key(7)));
  saw({ translate: key(6) }, 0);
  expect(from("translate")).toEqual(columnsOf(key(7)));
});

test.each([
  [1_000, 2],
  [300_000, 600],
  [10_000_000, 2_000],
])("a look over %d entries for nothing is done again after %d ms", (wasted, ms) => {
  const { saw, from, pass, lowWater } = open();
  saw({ translate: key(5) }, wasted);
  pass(ms - 1);
  saw({ translate: key(9) }, 0);
  expect(from("translate")).toEqual(columnsOf(key(9)));
  expect(lowWater.wholeLookInMs("translate")).toBe(1);
  pass(1);
  expect(from("translate")).toEqual(fromTheStart);
  expect(lowWater.wholeLookInMs("translate")).toBeNull();
});

test("a look at everything that costs little again ends it", () => {
  const { saw, from, pass } = open();
  saw({ translate: key(5) }, 300_000);
  pass(600);
  saw({ translate: key(9) }, 3);
  expect(from("translate")).toEqual(fromTheStart);
});

test("where nothing was ready the next look begins a second ago, at the priority that was seen last", () => {
  const { saw, lowWater } = open();
  const id = "00000000-0000-0000-0000-000000000000" as JobId;
  expect(lowWater.emptyKey("translate", now)).toEqual({ priority: 0, dueAt: now - 1_000, id });
  saw({ translate: key(5, -3) }, 300_000);
  expect(lowWater.emptyKey("translate", now)).toEqual({ priority: -3, dueAt: now - 1_000, id });
});

import { expect, test } from "vitest";
import { addMs, toEpochMs } from "../../time.js";
import { isFirstCall, newPace, type Pace, paceRate } from "./pace.js";

const unbounded = { cap: null, isLimitKnown: false };
const at = (progress: number, pace: Partial<Pace> = {}): Pace => ({ ...newPace(), ...pace, progress });

test("before the first refusal the rate is the known limit, or doubles from 60 up to what nobody sells", () => {
  expect([0, 1, 2.5, 99].map((progress) => paceRate(at(progress), unbounded))).toEqual([
    60,
    120,
    60 * 2 ** 2.5,
    6_000_000,
  ]);
  expect(paceRate(at(3), { cap: 45, isLimitKnown: true })).toBe(45);
  expect(paceRate(at(3), { cap: null, isLimitKnown: true })).toBeNull();
});

test("after a refusal the rate goes straight to the plateau, and above it by the cube of the progress", () => {
  const pace = { plateau: 600, restart: 500 };
  const rates = [0, 0.5, 1, 2, 3, 5].map((progress) => paceRate(at(progress, pace), unbounded));
  expect(rates).toEqual([500, 550, 600, 612, expect.closeTo(696), expect.closeTo(600 * 2.28)]);
});

test("after a refusal no rate is above the cap, nor above what anybody sells", () => {
  const pace = { plateau: 600, restart: 500 };
  expect(paceRate(at(5, pace), { cap: 610, isLimitKnown: true })).toBe(610);
  expect(paceRate(at(1_000, pace), unbounded)).toBe(6_000_000);
  expect(paceRate(at(1_000, pace), { cap: 1e9, isLimitKnown: true })).toBe(6_000_000);
});

test("a refused call was the first since a rate limit if it was claimed before another followed", () => {
  const now = toEpochMs(1_800_000_000_000);
  const evidence = { recent: { calls: 1, ms: 1 }, sinceOpening: { calls: 1, ms: 1 }, refusedAt: now };
  const followed = { ...newPace(), evidence, followedAt: now };
  expect(isFirstCall({ ...newPace(), followedAt: now }, addMs(now, -1))).toBe(false);
  expect(isFirstCall({ ...newPace(), evidence }, now)).toBe(true);
  expect(isFirstCall(followed, addMs(now, -1))).toBe(true);
  expect(isFirstCall(followed, now)).toBe(false);
});

import { describe, expect, test } from "vitest";
import { addMs, type EpochMs, toEpochMs } from "../../time.js";
import { learnFromRefusal, type RateRefusal } from "./learn-from-refusal.js";
import { newPace, type Pace } from "./pace.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);

/** Refused a second after the last counted call: 40 recent calls in 29 s got through, 59 in 41 s since the opening. */
const busy: Pace = {
  ...newPace(),
  countedUntil: start,
  sinceOpening: { calls: 60, ms: 40_000 },
  older: { calls: 30, ms: 20_000 },
  newer: { calls: 11, ms: 8_000 },
  newerFrom: 50,
  followedAt: at(-39_000),
};
const climbing: Pace = { ...busy, plateau: 100, restart: 98.5, progress: 1.5, wariness: 0.5 };

const refusal: RateRefusal = {
  now: at(1_000),
  claimedAt: at(950),
  opensAt: at(3_000),
  isTold: true,
  rate: 120,
  cap: null,
};
const recent = (40 * 60_000) / 31_000; // the told wait of 2 s included

describe("a refusal", () => {
  test("measures the recent calls over their time and the told wait; the first restart is at half of that", () => {
    const learned = learnFromRefusal(busy, refusal);
    expect(learned).toEqual({
      ...newPace(),
      plateau: expect.closeTo(recent),
      restart: expect.closeTo(recent / 2),
      countedUntil: at(3_000),
      evidence: {
        recent: { calls: 40, ms: 29_000 },
        sinceOpening: { calls: 59, ms: 41_000 },
        refusedAt: at(1_000),
      },
    });
  });

  test("without a told wait counts half of the guess, and half a call for the rest of it", () => {
    const learned = learnFromRefusal(busy, { ...refusal, isTold: false });
    expect(learned.plateau).toBeCloseTo((40.5 * 60_000) / 30_000);
    expect(learned.countedUntil).toBe(at(2_000));
  });

  test("restarts just below the plateau when an older one, or a limit, says what to expect", () => {
    expect(learnFromRefusal(climbing, refusal).restart).toBeCloseTo(0.985 * recent);
    const capped = learnFromRefusal(busy, { ...refusal, cap: 70 });
    expect(capped).toMatchObject({ plateau: 70, restart: expect.closeTo(0.985 * 70) });
  });

  test("measures no more than the rate that was allowed, nor less than a quarter of it", () => {
    expect(learnFromRefusal(climbing, { ...refusal, rate: 60 }).plateau).toBeCloseTo(60);
    expect(learnFromRefusal(climbing, { ...refusal, rate: 400 }).plateau).toBeCloseTo(100);
    expect(learnFromRefusal(climbing, { ...refusal, rate: null }).plateau).toBeCloseTo(recent);
  });

  test("never raises the rate", () => {
    const learned = learnFromRefusal({ ...climbing, throughput: 500 }, { ...refusal, rate: 10 });
    expect(learned.plateau).toBeGreaterThan(10);
    expect(learned.restart).toBeCloseTo(0.985 * 10);
    expect(learnFromRefusal(newPace(), { ...refusal, rate: 0.05 }).restart).toBe(0.05);
  });

  test("leaves a call every ten minutes, whatever was measured", () => {
    const nothing = learnFromRefusal(newPace(), { ...refusal, opensAt: at(3_600_000), rate: null });
    expect(nothing).toMatchObject({ plateau: 0.1, restart: 0.1 });
  });

  test("counts a call that got no answer but this one for half a call, if the wait was told", () => {
    const learned = learnFromRefusal(
      { ...newPace(), newer: { calls: 1, ms: 0 } },
      { ...refusal, rate: null },
    );
    expect(learned.plateau).toBeCloseTo((0.5 * 60_000) / 2_000);
  });

  test("keeps the plateau near what the last minute let through, though it restarts where it measured", () => {
    const before = 200 * Math.exp(-1_000 / 50_000) - 1.2;
    const learned = learnFromRefusal({ ...climbing, throughput: 200 }, refusal);
    expect(learned.plateau).toBeCloseTo(0.9 * before);
    expect(learned.restart).toBeCloseTo(0.985 * recent);
    expect(learned.throughput).toBeCloseTo(before * Math.exp(-2_000 / 50_000));
  });

  test("halves the wariness, counts anew and begins to climb again", () => {
    expect(learnFromRefusal(climbing, refusal)).toMatchObject({
      wariness: 0.25,
      progress: 0,
      followedAt: null,
      sinceOpening: { calls: 0, ms: 0 },
    });
  });
});

describe("a drought after many calls shows a used-up window", () => {
  const drought = { ...refusal, opensAt: at(11_000) };

  test("all calls since the opening are the quota, and the climb becomes wary", () => {
    const learned = learnFromRefusal(climbing, drought);
    expect(learned.plateau).toBeCloseTo((59 * 60_000) / 51_000);
    expect(learned.restart).toBeCloseTo(0.985 * ((40 * 60_000) / 39_000));
    expect(learned.wariness).toBe(1);
  });

  test.each([
    ["five seconds are one", 41_000, 59, 5_000, true],
    ["less than five seconds are none", 41_000, 59, 4_999, false],
    ["a twentieth of the time is one", 114_000, 59, 6_000, true],
    ["less than a twentieth of the time is none", 115_000, 59, 6_000, false],
    ["five calls make one", 41_000, 5, 10_000, true],
    ["fewer than five calls make none", 41_000, 4, 10_000, false],
  ])("%s", (_, sinceMs, calls, emptyMs, isWindow) => {
    const since = { ...climbing, sinceOpening: { calls: calls + 1, ms: sinceMs - 1_000 } };
    const learned = learnFromRefusal(since, { ...refusal, opensAt: addMs(refusal.now, emptyMs) });
    expect(learned.wariness).toBe(isWindow ? 1 : 0.25);
  });
});

describe("a refusal of the first call after the opening", () => {
  const first = learnFromRefusal(climbing, refusal);
  const again = { ...refusal, now: at(3_100), claimedAt: at(3_050), opensAt: at(5_100) };

  test("extends the measurement that opened too early, and only lowers the plateau", () => {
    const second = learnFromRefusal(first, { ...again, rate: 76 });
    expect(second.evidence).toEqual(first.evidence);
    expect(second.plateau).toBeCloseTo((40 * 60_000) / (29_000 + 4_100));
    expect(learnFromRefusal({ ...first, plateau: 20 }, { ...again, rate: 76 }).plateau).toBeCloseTo(20);
  });

  test("is one of a call that was claimed before the first was followed", () => {
    const followed = { ...first, followedAt: at(3_060), newer: { calls: 2, ms: 60 } };
    expect(learnFromRefusal(followed, again).evidence?.refusedAt).toBe(at(1_000));
    const later = { ...again, claimedAt: at(3_060) };
    expect(learnFromRefusal(followed, later).evidence?.refusedAt).toBe(at(3_100));
  });
});

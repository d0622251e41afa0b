import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createJobIds, isJobId, makeJobId, toJobId } from "./job-id.js";
import type { Random } from "./ports/random.js";

/** The fractions given, one after another, then 0. */
function sequence(...fractions: number[]): Random {
  return { fraction: () => fractions.shift() ?? 0 };
}

const almostOne = 1 - 2 ** -53;
const someFractions = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
  minLength: 4,
  maxLength: 4,
});
const someTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("an id made here", () => {
  test("is a UUID version 7 with the time in front, as in RFC 9562, appendix A.6", () => {
    const random = sequence(0xcc3 / 2 ** 12, 1 / 4, 0x8c4 / 2 ** 12, 0xdc0c0c07398f / 2 ** 48);
    expect(makeJobId(0x017f22e279b0, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  test("has all bits where the RFC wants them, whatever chance says", () => {
    fc.assert(
      fc.property(someTime, someFractions, (wallMs, fractions) => {
        const id = makeJobId(wallMs, sequence(...fractions));
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.replace("-", "").slice(0, 12), 16)).toBe(wallMs);
      }),
    );
  });

  test("uses 74 bits of chance", () => {
    const ones = makeJobId(0, sequence(almostOne, almostOne, almostOne, almostOne));
    expect(ones).toBe("00000000-0000-7fff-bfff-ffffffffffff");
    expect(makeJobId(0, sequence())).toBe("00000000-0000-7000-8000-000000000000");
  });

  test("sorts by time", () => {
    fc.assert(
      fc.property(someTime, someTime, someFractions, someFractions, (one, other, first, second) => {
        fc.pre(one < other);
        expect(makeJobId(one, sequence(...first)) < makeJobId(other, sequence(...second))).toBe(true);
      }),
    );
  });

  test("takes odd clocks: fractions are cut, a time before 1970 is 1970", () => {
    expect(makeJobId(5.9, sequence())).toBe("00000000-0005-7000-8000-000000000000");
    expect(makeJobId(-5, sequence())).toBe("00000000-0000-7000-8000-000000000000");
    expect(() => makeJobId(Number.NaN, sequence())).toThrow(TypeError);
  });
});

describe("ids made one after another", () => {
  /** The ids that are made while a clock tells these times. */
  function makeAll(times: readonly number[], random: Random = { fraction: Math.random }) {
    const left = [...times];
    const makeId = createJobIds({ wallMs: () => left.shift() ?? Number.NaN }, random);
    return times.map(() => makeId());
  }
  const msOf = (id: string): number => Number.parseInt(id.replace("-", "").slice(0, 12), 16);

  test("are UUIDs of version 7 that sort as they were made, while the clock is set back by 10 s at most", () => {
    const steps = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(steps, (offsets) => {
        const ids = makeAll(offsets.map((offset) => 1_767_225_600_000 + offset));
        expect(ids).toEqual([...new Set(ids)].sort());
        for (const id of ids) expect(id).toMatch(/^019b[0-9a-f]{4}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
      }),
    );
  });

  test("tell the clock's time, and count within a millisecond", () => {
    expect(makeAll([5, 5, 6.9, 7], sequence())).toEqual([
      "00000000-0005-7000-8000-000000000000",
      "00000000-0005-7001-8000-000000000000",
      "00000000-0006-7000-8000-000000000000",
      "00000000-0007-7000-8000-000000000000",
    ]);
  });

  test("run ahead of the clock when there are more than 4,096 in a millisecond", () => {
    const ids = makeAll([...Array.from({ length: 4_098 }, () => 5), 6, 7], sequence());
    expect(ids).toEqual([...ids].sort());
    expect(ids.slice(4_095).map((id) => id.slice(0, 18))).toEqual([
      "00000000-0005-7fff",
      "00000000-0006-7000",
      "00000000-0006-7001",
      "00000000-0006-7002",
      "00000000-0007-7000",
    ]);
  });

  test("believe a clock that is set back by more than ten seconds", () => {
    expect(makeAll([20_000, 10_000, 9_999], sequence()).map(msOf)).toEqual([20_000, 20_000, 9_999]);
  });

  test("take odd clocks: a time before 1970 is 1970, and none is refused", () => {
    expect(makeAll([-5, 0]).map(msOf)).toEqual([0, 0]);
    expect(() => makeAll([Number.NaN])).toThrow(TypeError);
  });

  test("differ by chance between processes", () => {
    const ids = Array.from({ length: 100 }, () => makeAll([5])[0]);
    expect(new Set(ids).size).toBe(100);
  });
});

describe("text becomes an id", () => {
  const id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";

  test("if it is a UUID, in either case, of any version", () => {
    expect(toJobId(id.toUpperCase())).toBe(id);
    expect(toJobId("00000000-0000-4000-8000-000000000000")).toMatch(/^0/);
  });

  test.each([
    "",
    "17",
    `${id}0`,
    ` ${id}`,
    id.replaceAll("-", ""),
    `{${id}}`,
    id.replace("f", "g"),
    `${id}\n`,
  ])("and not if it is %j", (text) => {
    expect(() => toJobId(text)).toThrow(/must be a UUID/);
    expect(isJobId(text)).toBe(false);
  });

  test("and what is no text is none", () => {
    expect([isJobId(id), isJobId(17), isJobId(null), isJobId([id])]).toEqual([true, false, false, false]);
    expect(isJobId(id.toUpperCase())).toBe(false);
  });

  test("a long text is not repeated in the error", () => {
    expect(() => toJobId("x".repeat(10_000))).toThrow(/^a job id must be a UUID, got "x{60}"$/);
  });
});

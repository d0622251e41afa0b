import fc from "fast-check";
import { expect, test } from "vitest";
import { addMs, type EpochMs, toEpochMs } from "../time.js";
import { changeLimits } from "./change-limits.js";
import { closeGate, type Refusal } from "./close-gate.js";
import { closedUntil, type Gate, isProbing, newGate } from "./gate.js";
import { taskGateKey } from "./gate-key.js";
import { type GateLimits, toGateLimits } from "./gate-limits.js";
import { openGate } from "./open-gate.js";
import { requestRate, tokenRate } from "./pacing/pacing.js";
import { pauseGate, resumeGate } from "./pause-gate.js";
import { recordSuccess } from "./record-success.js";
import { bookDraw, type Reservation, reserve } from "./reserve.js";
import { settle } from "./settle.js";

const start = toEpochMs(1_800_000_000_000);

const perMinute = fc.option(
  fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.double({ min: 0.01, max: 10, noNaN: true })),
);
const limits: fc.Arbitrary<GateLimits> = fc
  .record({
    requestsPerMinute: perMinute,
    tokensPerMinute: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    maxInFlight: fc.option(fc.integer({ min: 1, max: 50 })),
    learn: fc.boolean(),
  })
  .map(toGateLimits);

const duration = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 90_000 }),
  fc.integer({ min: 0, max: 86_400_000 }),
);
const waitMs = fc.option(
  fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
);
const told = fc.record(
  {
    requestsPerMinute: fc.integer({ min: -1, max: 10_000 }),
    remainingRequests: fc.integer({ min: 0, max: 10_000 }),
    tokensPerMinute: fc.integer({ min: -1, max: 1_000_000 }),
    remainingTokens: fc.integer({ min: 0, max: 1_000_000 }),
  },
  { requiredKeys: [] },
);
const reason = fc.constantFrom(
  "rate_limited",
  "rate_limited",
  "rate_limited",
  "daily_quota",
  "provider_down",
  "blocked_auth",
  "blocked_quota_exhausted",
  "blocked_config",
);

/** What can happen to a gate; `ageMs` is how long ago the job that brings news was claimed. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("reserve"),
      want: fc.integer({ min: 0, max: 50 }),
      inFlight: fc.integer({ min: 0, max: 60 }),
      takenShare: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("refuse"), ageMs: duration, reason, waitMs }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("succeed"), ageMs: duration, told }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("settle"),
      ageMs: duration,
      usedTokens: fc.integer({ min: 0, max: 200_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("pause"),
      forMs: fc.option(fc.integer({ min: 1, max: 100_000 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("resume") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("open") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("change"), limits }) },
);
const anyScript = fc.record({
  limits,
  steps: fc.array(fc.record({ afterMs: duration, step }), { maxLength: 60 }),
});

/** A busy gate that learns: calls claimed all the time and refused soon, so that openings are met by refusals. */
const moment = fc.integer({ min: 0, max: 1_500 });
const busyStep = fc.oneof(
  fc.record({
    type: fc.constant("reserve"),
    want: fc.integer({ min: 1, max: 20 }),
    inFlight: fc.constant(0),
    takenShare: fc.constant(1),
  }),
  fc.record({ type: fc.constant("refuse"), ageMs: fc.integer({ min: 0, max: 100 }), reason, waitMs }),
);
const busyScript = fc.record({
  limits: limits.map((some) => ({ ...some, maxInFlight: null, learn: true })),
  steps: fc.array(fc.record({ afterMs: moment, step: busyStep }), { maxLength: 60 }),
});
const script = fc.oneof(anyScript, busyScript);
type Script = typeof script extends fc.Arbitrary<infer Value> ? Value : never;
type Step = Script["steps"][number]["step"];

interface Moment {
  readonly before: Gate;
  readonly after: Gate;
  readonly now: EpochMs;
  readonly step: Step;
  readonly reservation: Reservation | null;
}

function play({ limits: first, steps }: Script): Moment[] {
  let gate = newGate(taskGateKey("translate"), first);
  let now = start;
  return steps.map(({ afterMs, step: what }) => {
    now = addMs(now, afterMs);
    const before = gate;
    const reservation =
      what.type === "reserve" ? reserve(gate, { now, want: what.want, inFlight: what.inFlight }) : null;
    gate = apply(gate, now, what, reservation);
    return { before, after: gate, now, step: what, reservation };
  });
}

function apply(gate: Gate, now: EpochMs, what: Step, reservation: Reservation | null): Gate {
  switch (what.type) {
    case "reserve":
      return reservation === null
        ? gate
        : { ...reservation.next, drawn: Math.round(reservation.granted * what.takenShare) };
    case "refuse":
      return closeGate(gate, refusalOf(now, what));
    case "succeed":
      return recordSuccess(gate, { now, claimedAt: addMs(now, -what.ageMs), told: what.told });
    case "settle":
      return settle(gate, { claimedAt: addMs(now, -what.ageMs), usedTokens: what.usedTokens });
    case "pause":
      return pauseGate(gate, { now, forMs: what.forMs });
    case "resume":
      return resumeGate(gate);
    case "open":
      return openGate(gate, { now });
    case "change":
      return changeLimits(gate, what.limits);
    default:
      throw new TypeError(`unknown step ${JSON.stringify(what)}`);
  }
}

function refusalOf(now: EpochMs, what: Pick<Refusal, "reason" | "waitMs"> & { ageMs: number }): Refusal {
  const { reason: why, waitMs: wait, ageMs } = what;
  return { now, claimedAt: addMs(now, -ageMs), reason: why, waitMs: wait, detail: null, jobId: null };
}

/** After every step of every script. */
function always(law: (moment: Moment) => void): void {
  fc.assert(
    fc.property(script, (input) => {
      for (const moment of play(input)) law(moment);
    }),
    { numRuns: 400 },
  );
}

function rate(gate: Gate): number {
  const { pacing, limits } = bookDraw(gate);
  return requestRate(pacing, limits) ?? Number.POSITIVE_INFINITY;
}

test("nothing passes a closed gate, and it says until when", () => {
  always(({ before, now, reservation }) => {
    if (reservation === null) return;
    const until = closedUntil(before, now);
    if (until === null) return;
    expect(reservation).toEqual({ granted: 0, nextPermitAt: until, next: before });
  });
});

test("a whole number of permits is granted, no more than wanted, nor than a probe or a window leaves", () => {
  always(({ before, now, step: what, reservation }) => {
    if (reservation === null || what.type !== "reserve") return;
    const { granted, nextPermitAt } = reservation;
    expect(Number.isInteger(granted)).toBe(true);
    expect(granted).toBeGreaterThanOrEqual(0);
    expect(granted).toBeLessThanOrEqual(what.want);
    const window = isProbing(before, now) ? 1 : (before.limits.maxInFlight ?? Number.POSITIVE_INFINITY);
    expect(granted).toBeLessThanOrEqual(Math.max(0, window - what.inFlight));
    if (nextPermitAt !== null) expect(nextPermitAt).toBeGreaterThan(now);
  });
});

test("the gate stays plain data with finite numbers", () => {
  always(({ after }) => {
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
  });
});

test("the same happenings make the same gate, and nothing that was given is changed", () => {
  fc.assert(
    fc.property(script, (input) => {
      const moments = play(input);
      const copies = moments.map(({ after }) => JSON.stringify(after));
      expect(play(input).map(({ after }) => JSON.stringify(after))).toEqual(copies);
      expect(moments.map(({ after }) => JSON.stringify(after))).toEqual(copies);
    }),
  );
});

test("within an epoch a closing only ever extends, by a refusal at least to 250 ms from now when it begins", () => {
  always(({ before, after, now, step: what }) => {
    if (what.type !== "refuse") return;
    const untilBefore = before.closing?.until ?? 0;
    if (after === before) return;
    expect(after.closing?.until ?? 0).toBeGreaterThanOrEqual(untilBefore);
    if (now - what.ageMs >= before.epochAt) expect(after.closing?.until).toBeGreaterThanOrEqual(now + 250);
  });
});

test("whatever is answered to older calls, a closing is not shortened", () => {
  const refusals = fc.tuple(reason, waitMs, reason, waitMs, duration);
  fc.assert(
    fc.property(limits, refusals, (some, [firstReason, firstWait, lateReason, lateWait, lateMs]) => {
      const fresh = newGate(taskGateKey("translate"), some);
      const closed = closeGate(
        fresh,
        refusalOf(start, { reason: firstReason, waitMs: firstWait, ageMs: 50 }),
      );
      const late = { reason: lateReason, waitMs: lateWait, ageMs: lateMs + 50 };
      const again = closeGate(closed, refusalOf(addMs(start, lateMs), late));
      expect(again.closing?.until).toBeGreaterThanOrEqual(closed.closing?.until ?? 0);
    }),
  );
});

test("a late refusal neither closes an open gate nor teaches anything; it may extend a closing", () => {
  always(({ before, after, now, step: what }) => {
    if (what.type !== "refuse" || now - what.ageMs >= before.epochAt) return;
    if (before.closing === null || before.closing.until <= now) expect(after).toBe(before);
    expect(after.pacing.pace.plateau).toBe(before.pacing.pace.plateau);
    expect(after.pacing.pace.restart).toBe(before.pacing.pace.restart);
    expect(after.pacing.pace.progress).toBe(before.pacing.pace.progress);
    expect(after.streak).toBe(before.streak);
  });
});

test("a refusal never raises the rate", () => {
  always(({ before, after, step: what }) => {
    if (what.type === "refuse") expect(rate(after)).toBeLessThanOrEqual(rate(before));
  });
});

test("the rate is above zero and never above a limit that is known", () => {
  always(({ after }) => {
    expect(rate(after)).toBeGreaterThan(0);
    const { requestsPerMinute: cap } = after.limits;
    if (cap !== null) expect(rate(after)).toBeLessThanOrEqual(cap);
  });
});

test("at an opening exactly one permit is ready, if calls are budgeted", () => {
  always(({ before, after, now, step: what }) => {
    const until = closedUntil(after, now);
    if (what.type !== "refuse" || after === before || until === null || until !== after.closing?.until)
      return;
    const { granted } = reserve(after, { now: until, want: 50, inFlight: 0 });
    const isUnlimited =
      requestRate(after.pacing, after.limits) === null && tokenRate(after.pacing, after.limits) === null;
    if (!isUnlimited || isProbing(after, until)) expect(granted).toBe(1);
  });
});

test("waiting longer or wanting more never brings less", () => {
  const later = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(
      script,
      later,
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 0, max: 50 }),
      (input, extraMs, want, more) => {
        const last = play(input).at(-1);
        if (last === undefined) return;
        const ask = (ms: number, wanted: number) =>
          reserve(last.after, { now: addMs(last.now, ms), want: wanted, inFlight: 0 }).granted;
        expect(ask(0, want + more)).toBeGreaterThanOrEqual(ask(0, want));
        // The end of a closing's wait makes some gates half open, which is the one way in which time takes away.
        if (!isProbing(last.after, addMs(last.now, extraMs)))
          expect(ask(extraMs, want)).toBeGreaterThanOrEqual(ask(0, want));
      },
    ),
    { numRuns: 400 },
  );
});

test("asking twice brings at most one permit more than asking once", () => {
  fc.assert(
    fc.property(
      script,
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 0, max: 30 }),
      (input, one, two) => {
        const last = play(input).at(-1);
        if (last === undefined || last.after.limits.maxInFlight !== null || isProbing(last.after, last.now))
          return;
        const at = { now: last.now, inFlight: 0 };
        const first = reserve(last.after, { ...at, want: one });
        const second = reserve(first.next, { ...at, want: two });
        const together = reserve(last.after, { ...at, want: one + two });
        expect(first.granted + second.granted).toBeLessThanOrEqual(together.granted + 1);
      },
    ),
    { numRuns: 400 },
  );
});

test("a reservation of which nothing was taken may be forgotten", () => {
  fc.assert(
    fc.property(script, duration, duration, (input, firstMs, secondMs) => {
      const last = play(input).at(-1);
      if (last === undefined) return;
      const first = addMs(last.now, firstMs);
      const second = { now: addMs(first, secondMs), want: 50, inFlight: 0 };
      const written = reserve({ ...reserve(last.after, { ...second, now: first }).next, drawn: 0 }, second);
      const forgotten = reserve(bookDraw(last.after), second);
      expect(Math.abs(written.granted - forgotten.granted)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 400 },
  );
});

test("an idle hour teaches nothing: only levels and the progress of probing change", () => {
  fc.assert(
    fc.property(script, (input) => {
      const last = play(input).at(-1);
      if (last === undefined) return;
      const hourLater = Math.max(last.now, closedUntil(last.after, last.now) ?? 0) + 3_600_000;
      const { next } = reserve(last.after, { now: toEpochMs(hourLater), want: 0, inFlight: 0 });
      const { pace } = next.pacing;
      const { progress: _, countedUntil: __, ...learned } = bookDraw(last.after).pacing.pace;
      expect(pace).toMatchObject(learned);
      expect({ ...next, pacing: null }).toEqual({ ...bookDraw(last.after), pacing: null });
    }),
  );
});

test("success is no news to an open gate, so that it costs no write", () => {
  always(({ before, now }) => {
    const next = recordSuccess(before, { now, claimedAt: now });
    if (isProbing(before, now)) expect(next.closing).toBeNull();
    else expect(next).toBe(before);
  });
});

test("half the rate in twice the time grants the same, where calls come one by one", () => {
  const steps = fc.array(fc.record({ afterMs: duration, want: fc.integer({ min: 0, max: 5 }) }), {
    maxLength: 40,
  });
  const grants = (
    perMinute: number,
    stretch: number,
    asked: readonly { afterMs: number; want: number }[],
  ) => {
    let gate = newGate(taskGateKey("translate"), toGateLimits({ requestsPerMinute: perMinute }));
    let now = start;
    return asked.map(({ afterMs, want }) => {
      now = addMs(now, afterMs * stretch);
      const { granted, next } = reserve(gate, { now, want, inFlight: 0 });
      gate = next;
      return granted;
    });
  };
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 200 }), steps, (perMinute, asked) => {
      expect(grants(perMinute / 2, 2, asked)).toEqual(grants(perMinute, 1, asked));
    }),
  );
});

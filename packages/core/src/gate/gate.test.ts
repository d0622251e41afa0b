import { expect, test } from "vitest";
import { addMs, type EpochMs, FOREVER, toEpochMs } from "../time.js";
import { closeGate, type Refusal } from "./close-gate.js";
import { closedUntil, type Gate, isGateOpen, isProbing, needsPermits, newGate } from "./gate.js";
import { taskGateKey } from "./gate-key.js";
import { toGateLimits } from "./gate-limits.js";
import { openGate } from "./open-gate.js";
import { pauseGate, resumeGate } from "./pause-gate.js";
import { recordSuccess } from "./record-success.js";

const start = toEpochMs(1_800_000_000_000);
const at = (ms: number): EpochMs => addMs(start, ms);
const fresh: Gate = newGate(taskGateKey("translate"), toGateLimits({}));

function refused(gate: Gate, refusal: Partial<Refusal> & { now: EpochMs }): Gate {
  return closeGate(gate, {
    claimedAt: refusal.now,
    reason: "rate_limited",
    waitMs: null,
    detail: null,
    jobId: null,
    ...refusal,
  });
}

test("a new gate is open and asks for no permits", () => {
  expect(isGateOpen(fresh, start)).toBe(true);
  expect(needsPermits(fresh)).toBe(false);
});

test.each([{ learn: true }, { requestsPerMinute: 60 }, { tokensPerMinute: 60 }, { maxInFlight: 1 }])(
  "a claim asks a gate with %j for permits",
  (limits) => {
    expect(needsPermits(newGate(taskGateKey("translate"), toGateLimits(limits)))).toBe(true);
  },
);

test.each([{ requestsPerMinute: 60 }, { tokensPerMinute: 60 }])(
  "a claim asks a gate for permits whose provider named %j",
  (told) => {
    expect(needsPermits(recordSuccess(fresh, { now: start, claimedAt: start, told }))).toBe(true);
  },
);

test("a rate limit that a gate without a budget met asks for no permits", () => {
  expect(needsPermits(refused(fresh, { now: start }))).toBe(false);
});

test("a pause lasts longer than no time, and no longer than for ever", () => {
  for (const forMs of [0, -5, Number.NaN])
    expect(() => pauseGate(fresh, { now: start, forMs })).toThrow(
      new RangeError(`a pause must last longer than 0 ms, got ${forMs}`),
    );
  const days = FOREVER - start;
  expect(pauseGate(fresh, { now: start, forMs: days - 1 }).pausedUntil).toBe(FOREVER - 1);
  expect(pauseGate(fresh, { now: start, forMs: days + 1 }).pausedUntil).toBe(FOREVER);
  expect(pauseGate(fresh, { now: start, forMs: 1e300 }).pausedUntil).toBe(FOREVER);
});

test("what is not paused or closed is not resumed or opened: nothing is written", () => {
  expect(resumeGate(fresh)).toBe(fresh);
  expect(openGate(fresh, { now: start })).toBe(fresh);
});

test("a pause ends by itself, and a longer or shorter one replaces it", () => {
  const paused = pauseGate(fresh, { now: start, forMs: 1_000 });
  expect(isGateOpen(paused, at(999))).toBe(false);
  expect(isGateOpen(paused, at(1_000))).toBe(true);
  expect(closedUntil(pauseGate(paused, { now: at(1), forMs: 10 }), at(1))).toBe(at(11));
  expect(closedUntil(pauseGate(paused, { now: start, forMs: null }), start)).toBe(FOREVER);
});

test("resume lets go of the pause, not of the provider's closing", () => {
  const both = refused(pauseGate(fresh, { now: start, forMs: null }), { now: start, waitMs: 5_000 });
  expect(closedUntil(both, start)).toBe(FOREVER);
  expect(closedUntil(resumeGate(both), start)).toBe(at(5_000));
});

test("opening lets go of the provider's closing, not of the pause", () => {
  const both = refused(pauseGate(fresh, { now: start, forMs: 9_000 }), { now: start, waitMs: 5_000 });
  expect(closedUntil(openGate(both, { now: at(1) }), at(1))).toBe(at(9_000));
});

test("a told wait is kept between 250 ms and 24 h", () => {
  expect(closedUntil(refused(fresh, { now: start, waitMs: 1 }), start)).toBe(at(250));
  expect(closedUntil(refused(fresh, { now: start, waitMs: 30_000 }), start)).toBe(at(30_000));
  expect(closedUntil(refused(fresh, { now: start, waitMs: 1e12 }), start)).toBe(at(86_400_000));
});

test("an untold wait is 1 s and doubles with each opening that is refused at once, up to 60 s", () => {
  let gate = fresh;
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    const now = toEpochMs(Math.max(gate.epochAt, start));
    gate = refused(gate, { now });
    waits.push((closedUntil(gate, now) ?? now) - now);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

test("an untold wait is as long as one call's share of the minute, and no longer than the policy allows", () => {
  const slow = newGate(taskGateKey("translate"), toGateLimits({ requestsPerMinute: 6 }));
  const refusal = {
    now: start,
    claimedAt: start,
    reason: "rate_limited",
    waitMs: null,
    detail: null,
    jobId: null,
  } as const;
  expect(closeGate(slow, refusal).closing?.until).toBe(at(Math.ceil(60_000 / (6 * 0.985))));
  expect(closeGate(slow, refusal, { maxUntoldWaitMs: 5_000 }).closing?.until).toBe(at(5_000));
});

test("a call claimed a second after the opening was not refused at once", () => {
  const first = refused(fresh, { now: start });
  expect(refused(first, { now: at(1_999) }).epochAt).toBe(at(1_999 + 2_000));
  expect(refused(first, { now: at(2_000) }).epochAt).toBe(at(2_000 + 1_000));
});

test("another trouble begins with its own first wait", () => {
  const limited = refused(refused(fresh, { now: start }), { now: at(1_000) });
  expect(limited.streak).toBe(1);
  expect(refused(limited, { now: at(3_000), reason: "provider_down" }).epochAt).toBe(at(4_000));
});

test("an opening that went well for longer than the wait starts the doubling anew", () => {
  const second = refused(refused(fresh, { now: start }), { now: at(1_000) });
  expect(closedUntil(refused(second, { now: at(60_000) }), at(60_000))).toBe(at(61_000));
});

test("ten calls refused in one burst close the gate once", () => {
  const closed = refused(fresh, { now: at(50), claimedAt: start });
  expect(refused(closed, { now: at(60), claimedAt: start })).toBe(closed);
  expect(refused(closed, { now: at(60), claimedAt: start, waitMs: 300 })).toBe(closed);
  expect(refused(closed, { now: at(60), claimedAt: start, waitMs: 990 })).toBe(closed); // until the same instant
});

test("a late refusal extends the closing if it tells a longer wait", () => {
  const closed = refused(fresh, { now: at(50), claimedAt: start });
  const extended = refused(closed, { now: at(60), claimedAt: start, waitMs: 30_000 });
  expect(closedUntil(extended, at(60))).toBe(at(30_060));
  expect(extended.streak).toBe(0);
});

test("a late refusal does not close a gate that has opened since", () => {
  const closed = refused(fresh, { now: at(50), claimedAt: start });
  expect(refused(closed, { now: at(5_000), claimedAt: start, waitMs: 30_000 })).toBe(closed);
  expect(refused(closed, { now: at(1_050), claimedAt: start, waitMs: 30_000 })).toBe(closed);
});

test("after an operator opened the gate, an answer to an older call cannot close it again", () => {
  const opened = openGate(refused(fresh, { now: at(50), claimedAt: start, waitMs: 60_000 }), {
    now: at(100),
  });
  expect(isGateOpen(opened, at(100))).toBe(true);
  expect(refused(opened, { now: at(200), claimedAt: at(99), waitMs: 60_000 })).toBe(opened);
  expect(isGateOpen(refused(opened, { now: at(300), claimedAt: at(100), waitMs: 60_000 }), at(300))).toBe(
    false,
  );
});

test("the gate remembers why it was closed, in whose words, because of which job", () => {
  const closed = refused(fresh, {
    now: start,
    reason: "blocked_auth",
    detail: "invalid api key",
    jobId: "j1",
  });
  expect(closed.closing).toEqual({
    reason: "blocked_auth",
    closedAt: start,
    until: at(60_000),
    detail: "invalid api key",
    jobId: "j1",
  });
});

test("a key refused while a rate limit holds is worse news: the gate will need a probe", () => {
  const closed = refused(fresh, { now: at(50), claimedAt: start });
  const worse = refused(closed, { now: at(60), claimedAt: start, reason: "blocked_auth" });
  expect(worse.closing?.reason).toBe("blocked_auth");
  expect(closedUntil(worse, at(60))).toBe(at(60_060));
  expect(refused(worse, { now: at(70), claimedAt: start }).closing?.reason).toBe("blocked_auth");
});

test.each([
  "provider_down",
  "daily_quota",
  "blocked_auth",
  "blocked_quota_exhausted",
  "blocked_config",
] as const)("after %s time alone does not open the gate: it needs a probe", (reason) => {
  const closed = refused(fresh, { now: start, reason });
  const until = closed.epochAt;
  expect(isProbing(closed, addMs(until, -1))).toBe(false);
  expect(isProbing(closed, until)).toBe(true);
  expect(needsPermits(closed)).toBe(true);
});

test("only the answer to a call claimed after the closing opens a half-open gate", () => {
  const closed = refused(fresh, { now: start, reason: "provider_down" });
  expect(recordSuccess(closed, { now: at(1_500), claimedAt: at(-10) })).toBe(closed);
  const opened = recordSuccess(closed, { now: at(1_500), claimedAt: at(1_000) });
  expect(opened.closing).toBeNull();
  expect(needsPermits(opened)).toBe(false);
});

test("a probe that fails closes the gate again for twice as long", () => {
  const first = refused(fresh, { now: start, reason: "blocked_auth" });
  const second = refused(first, { now: at(60_200), claimedAt: at(60_000), reason: "blocked_auth" });
  expect(closedUntil(second, at(60_200))).toBe(at(180_200));
  const late = refused(first, { now: at(70_000), reason: "blocked_auth" });
  expect(closedUntil(late, at(70_000))).toBe(at(190_000));
});

test("a probe that meets a rate limit proves that the provider is back", () => {
  const down = refused(fresh, { now: start, reason: "provider_down" });
  const limited = refused(down, { now: at(1_200), claimedAt: at(1_000), waitMs: 700 });
  expect(closedUntil(limited, at(1_200))).toBe(at(1_900));
  expect(isProbing(limited, at(1_900))).toBe(false);
});

test("a daily quota is not believed when it says to come back in a moment", () => {
  const closed = refused(fresh, { now: start, reason: "daily_quota", waitMs: 36_000 });
  expect(closedUntil(closed, start)).toBe(at(60_000));
  const told = refused(fresh, { now: start, reason: "daily_quota", waitMs: 7_200_000 });
  expect(closedUntil(told, start)).toBe(at(7_200_000));
});

test("a success through an open gate changes nothing", () => {
  const closed = refused(fresh, { now: start });
  expect(recordSuccess(fresh, { now: start, claimedAt: start })).toBe(fresh);
  expect(recordSuccess(closed, { now: at(2_000), claimedAt: at(1_500) })).toBe(closed);
});

import { expect, test } from "vitest";
import { addMs, toEpochMs } from "../time.js";
import { newGate } from "./gate.js";
import { toGateKey } from "./gate-key.js";
import { type GateLimits, toGateLimits } from "./gate-limits.js";
import { pauseGate } from "./pause-gate.js";
import { reserveAll } from "./reserve-all.js";

const now = toEpochMs(1_800_000_000_000);
const gate = (name: string, limits: Partial<GateLimits>) =>
  newGate(toGateKey(`task:${name}`), toGateLimits(limits));

test("without gates everything wanted is granted", () => {
  expect(reserveAll([], { now, want: 7 })).toMatchObject({ granted: 7, nextPermitAt: null });
});

test("the narrowest gate decides, and each gate is charged for what was taken", () => {
  const wide = { gate: gate("wide", { maxInFlight: 10 }), inFlight: 2 };
  const narrow = { gate: gate("narrow", { maxInFlight: 4 }), inFlight: 1 };
  const reservation = reserveAll([wide, narrow], { now, want: 20 });
  expect(reservation.granted).toBe(3);
  expect(reservation.nextIfTaken(2).map(({ drawn }) => drawn)).toEqual([2, 2]);
});

test("of several gates that wait for time, the last to open says when to ask again", () => {
  const paused = (ms: number) => ({
    gate: pauseGate(gate(`for-${ms}`, {}), { now, forMs: ms }),
    inFlight: 0,
  });
  expect(reserveAll([paused(500), paused(900)], { now, want: 1 }).nextPermitAt).toBe(addMs(now, 900));
});

test("a wider gate has no say in when to ask again", () => {
  const wide = { gate: gate("wide", { maxInFlight: 4 }), inFlight: 1 };
  const paused = { gate: pauseGate(gate("paused", {}), { now, forMs: 500 }), inFlight: 0 };
  expect(reserveAll([wide, paused], { now, want: 9 })).toMatchObject({
    granted: 0,
    nextPermitAt: addMs(now, 500),
  });
});

test("time does not help while a window is full", () => {
  const full = { gate: gate("full", { maxInFlight: 1 }), inFlight: 1 };
  const paused = { gate: pauseGate(gate("paused", {}), { now, forMs: 500 }), inFlight: 0 };
  expect(reserveAll([full, paused], { now, want: 1 })).toMatchObject({ granted: 0, nextPermitAt: null });
});

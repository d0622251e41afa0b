import { type EpochMs, toEpochMs } from "../../time.js";

export interface Tally {
  readonly calls: number;
  readonly ms: number;
}
export const emptyTally: Tally = { calls: 0, ms: 0 };

export interface Pace {
  readonly plateau: number | null;
  readonly restart: number;
  readonly progress: number;
  readonly throughput: number;
  readonly countedUntil: EpochMs;
  readonly sinceOpening: Tally;
  readonly recent: Tally;
  readonly older: Tally;
  readonly recentRate: number;
  readonly followedAt: EpochMs | null;
  readonly memoryMs: number;
  readonly windowed: number;
  readonly measured: Measured | null;
}

export interface Measured {
  readonly whole: Tally;
  readonly recent: Tally;
  readonly endedAt: EpochMs;
  readonly rate: number;
  readonly plateau: number | null;
  readonly memoryMs: number;
}

export const K = {
  start: 60, doubleMs: 4000, doubleCalls: 4, unitMs: 8000, unitCalls: 40, winSlow: 2, accel: 0.02, under: 0.98,
  floor: 0.85, meanMs: 40_000, memMs: 30_000, maxCut: 0.25, growth: 1.25, blockCalls: 8, dryMs: 5000, dryShare: 0.1,
  fade: 4, mode: "blocks", minWait: 1000,
  ...JSON.parse((globalThis as any).process?.env?.K ?? "{}"),
};

export function newPace(): Pace {
  return {
    plateau: null, restart: 0, progress: 0, throughput: 0, countedUntil: toEpochMs(0),
    sinceOpening: emptyTally, recent: emptyTally, older: emptyTally, recentRate: 0, followedAt: null, memoryMs: 0, windowed: 0, measured: null,
  };
}

/** known: cap or null; tokensKnown */
export function paceRate(pace: Pace, cap: number | null, isLimitKnown: boolean): number | null {
  const { plateau, restart, progress } = pace;
  const free =
    plateau === null
      ? isLimitKnown ? Infinity : K.start * 2 ** progress
      : progress < 1
        ? restart + (plateau - restart) * progress
        : plateau * (1 + K.accel * (progress - 1) ** 3);
  const r = Math.min(free, cap ?? Infinity);
  return r === Infinity ? null : Math.min(r, 6e6);
}

export function skipIdle(pace: Pace, idleMs: number, now: EpochMs): Pace {
  return {
    ...pace,
    countedUntil: toEpochMs(Math.min(now, pace.countedUntil + idleMs)),
    progress: pace.plateau !== null && pace.progress > 1 ? Math.max(1, pace.progress - idleMs / K.unitMs) : pace.progress,
  };
}

export function countDraw(pace: Pace, calls: number, at: EpochMs, rate: number | null): Pace {
  if (calls <= 0) return pace;
  const ms = Math.max(0, at - pace.countedUntil);
  const step = pace.plateau === null ? Math.min(calls / K.doubleCalls, ms / K.doubleMs)
    : Math.min(calls / K.unitCalls, ms / (K.unitMs * (1 + K.winSlow * pace.windowed)));
  let older = pace.older;
  let recent: Tally = { calls: pace.recent.calls + calls, ms: pace.recent.ms + ms };
  let recentRate = pace.recentRate === 0 && rate !== null ? rate : pace.recentRate;
  if (rate !== null && rate > recentRate * K.growth && recent.calls > K.blockCalls) {
    older = recent;
    recent = emptyTally;
    recentRate = rate;
  }
  return {
    ...pace,
    progress: Math.min(pace.progress + step, 1e4),
    throughput: pace.throughput * Math.exp(-ms / K.meanMs) + (calls * 60_000) / K.meanMs,
    countedUntil: at,
    followedAt: pace.sinceOpening.calls > 0 ? (pace.followedAt ?? at) : null,
    sinceOpening: { calls: pace.sinceOpening.calls + calls, ms: pace.sinceOpening.ms + ms },
    recent, recentRate, older,
  };
}

export function isFirstAfterOpening(pace: Pace, claimedAt: EpochMs): boolean {
  return pace.measured !== null && (pace.followedAt === null || claimedAt < pace.followedAt);
}

function more(t: Tally, calls: number, ms: number): Tally {
  return { calls: t.calls + calls, ms: t.ms + ms };
}

export function learn(pace: Pace, { now, claimedAt, waitMs, told, cap, rate }:
  { now: EpochMs; claimedAt: EpochMs; waitMs: number; told: boolean; cap: number | null; rate: number | null }): Pace {
  const drought = isFirstAfterOpening(pace, claimedAt);
  const passed = Math.max(0, now - pace.countedUntil);
  const q: Measured = drought && pace.measured !== null ? pace.measured : {
    whole: more(pace.sinceOpening, -1, passed), recent: more(pace.recent, pace.older.calls - 1, pace.older.ms + passed), endedAt: now,
    rate: rate ?? 6e6, plateau: pace.plateau ?? cap, memoryMs: pace.memoryMs,
  };
  const end = told ? now + waitMs : now + waitMs / 2;
  const extra = end - q.endedAt;
  const perMin = (t: Tally, slack: number) => (Math.max(t.calls, 0) + slack) * 60_000 / Math.max(1, t.ms + extra);
  const least = q.rate * K.maxCut;
  const m = Math.min(q.rate, told ? Math.max(perMin(q.recent, 0), perMin(emptyTally, 0)) : perMin(q.recent, 0.5));
  const m2 = told && q.recent.calls < 0.5 ? 0.5 * 60_000 / Math.max(1, q.recent.ms + extra) : m;
  const mm = Math.min(q.rate, Math.max(m, m2));
  let w: number, mem: number, windowed = pace.windowed / 2;
  if (extra >= K.dryMs && extra >= K.dryShare * (q.whole.ms + extra) && q.whole.calls >= 5) {
    w = perMin(q.whole, 0); mem = Math.min(K.memMs, q.whole.ms + extra); windowed = 1;
  } else if (q.plateau === null || q.rate > K.growth * q.plateau) {
    w = Math.max(mm, least); mem = 0;
  } else {
    const dt = q.recent.ms + extra;
    const a = dt / (dt + (K.fixedMem ?? q.memoryMs));
    w = Math.max(q.plateau * (mm / q.plateau) ** a, least);
    mem = Math.abs(Math.log(mm / q.plateau)) > 0.4 ? q.memoryMs / 2 : Math.min(K.memMs, q.memoryMs + dt);
  }
  const b0 = 0;
  const mean = pace.throughput * Math.exp(-passed / K.meanMs) - 60_000 / K.meanMs;
  w = Math.min(cap ?? Infinity, Math.max(w, K.floor * mean));
  if (K.ceil) w = Math.min(w, Math.max(K.ceil * mean, b0));
  let b = K.under * Math.min(w, Math.max(mm, least));
  if (drought && rate !== null) b = Math.min(b, rate);
  if (!(w > 1e-3)) w = 1e-3;
  if (!(b > 1e-3)) b = 1e-3;
  return {
    plateau: w, restart: b, progress: 0, throughput: Math.max(0, mean * (K.nodecay ? 1 : Math.exp(-Math.max(0, end - now) / K.meanMs))),
    countedUntil: toEpochMs(end), sinceOpening: emptyTally, recent: emptyTally, older: emptyTally, recentRate: 0, followedAt: null,
    memoryMs: mem, windowed, measured: q,
  };
}

export function learnLate(pace: Pace): Pace {
  const { measured } = pace;
  const throughput = Math.max(0, pace.throughput - 60_000 / K.meanMs);
  if (measured === null) return { ...pace, throughput };
  return { ...pace, throughput, measured: { ...measured, whole: more(measured.whole, -1, 0), recent: more(measured.recent, -1, 0) } };
}

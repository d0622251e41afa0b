/** How a provider counts. Amounts are calls or tokens, as the scenario says; times are ms of the simulation. */
export interface Quota {
  /** Takes the amount, or says in how many ms it would have been there. */
  take(at: number, amount: number): number | "taken";
  /** What could be taken at once, for headers. */
  remaining(at: number): number;
}

export type QuotaShape =
  | { readonly kind: "bucket"; readonly burst: number }
  /** The counter starts anew every minute, `phaseMs` after the full one. */
  | { readonly kind: "fixed-window"; readonly phaseMs: number }
  | { readonly kind: "sliding-window" };

const MINUTE_MS = 60_000;

/** `perMinuteAt` may change over time. With `charged`, refused calls count, too. */
export function createQuota(
  shape: QuotaShape,
  perMinuteAt: (at: number) => number,
  { charged }: { charged: boolean },
): Quota {
  switch (shape.kind) {
    case "bucket":
      return tokenBucket(shape.burst, perMinuteAt, charged);
    case "fixed-window":
      return fixedWindow(shape.phaseMs, perMinuteAt);
    case "sliding-window":
      return slidingWindow(perMinuteAt, charged);
  }
}

function tokenBucket(burst: number, perMinuteAt: (at: number) => number, charged: boolean): Quota {
  let level = burst;
  let refilledAt = 0;
  function refill(at: number): number {
    const perMs = perMinuteAt(at) / MINUTE_MS;
    level = Math.min(burst, level + (at - refilledAt) * perMs);
    refilledAt = at;
    return perMs;
  }
  return {
    take(at, amount) {
      const perMs = refill(at);
      // A call that is larger than the bucket passes when the bucket is full.
      const needed = Math.min(amount, burst);
      if (level + 1e-9 >= needed) {
        level -= amount;
        return "taken";
      }
      if (charged) level = Math.max(-burst, level - amount);
      return (needed - level) / perMs;
    },
    remaining(at) {
      refill(at);
      return level;
    },
  };
}

function fixedWindow(phaseMs: number, perMinuteAt: (at: number) => number): Quota {
  let startedAt = phaseMs - MINUTE_MS;
  let used = 0;
  function roll(at: number): void {
    if (at < startedAt + MINUTE_MS) return;
    startedAt += Math.floor((at - startedAt) / MINUTE_MS) * MINUTE_MS;
    used = 0;
  }
  return {
    take(at, amount) {
      roll(at);
      if (used + amount > perMinuteAt(at)) return startedAt + MINUTE_MS - at;
      used += amount;
      return "taken";
    },
    remaining(at) {
      roll(at);
      return perMinuteAt(at) - used;
    },
  };
}

function slidingWindow(perMinuteAt: (at: number) => number, charged: boolean): Quota {
  const taken: { readonly at: number; readonly amount: number }[] = [];
  let oldest = 0;
  let used = 0;
  function roll(at: number): void {
    for (
      let entry = taken[oldest];
      entry !== undefined && entry.at <= at - MINUTE_MS;
      entry = taken[oldest]
    ) {
      used -= entry.amount;
      oldest++;
    }
  }
  function count(at: number, amount: number): void {
    taken.push({ at, amount });
    used += amount;
  }
  return {
    take(at, amount) {
      roll(at);
      const limit = perMinuteAt(at);
      if (used + amount <= limit) {
        count(at, amount);
        return "taken";
      }
      if (charged) count(at, amount);
      let over = used + (charged ? 0 : amount) - limit;
      for (let index = oldest; index < taken.length; index++) {
        const entry = taken[index];
        if (entry === undefined) break;
        over -= entry.amount;
        if (over <= 0) return Math.max(1, entry.at + MINUTE_MS - at);
      }
      return MINUTE_MS;
    },
    remaining(at) {
      roll(at);
      return perMinuteAt(at) - used;
    },
  };
}

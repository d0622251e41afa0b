import type { QuotaShape } from "./quota.js";

/** One provider, one fleet, twenty minutes. Nobody has run these against a real provider: they are models. */
export interface Scenario {
  readonly name: string;
  /** What the quota counts. */
  readonly unit: "requests" | "tokens";
  /** The limit per minute over time: `[fromMinute, limit]`, beginning with minute 0. */
  readonly limit: readonly (readonly [number, number])[];
  readonly shape: QuotaShape;
  /** Whether a refusal says how long to wait: exactly, in whole seconds as most do, or not at all. */
  readonly waits: "exact" | "seconds" | "untold";
  /** Refused calls count against the quota, too. */
  readonly chargesRefusals: boolean;
  readonly refusalMs: number;
  readonly workers: number;
  readonly slotsPerWorker: number;
  /** From asking the store to its answer. */
  readonly storeRoundTripMs: number;
  /** Kinds of work, taken in turns by weight; the weights may change over time. */
  readonly tasks: readonly TaskKind[];
  /** Somebody else on the same quota: calls per minute from one minute to another. */
  readonly rival: {
    readonly perMinute: number;
    readonly fromMinute: number;
    readonly toMinute: number;
  } | null;
  /** Minutes in which there is work: `[from, to]`. */
  readonly busy: readonly (readonly [number, number])[];
  /** Whether the known limit is wrong for a part of the time, or is not all ours: no goal is set for it then. */
  readonly isSteady: boolean;
}

export interface TaskKind {
  readonly latencyMs: number;
  readonly tokens: number;
  readonly weightAt: (minute: number) => number;
}

export const DURATION_MINUTES = 20;

const plain: Omit<Scenario, "name" | "limit" | "shape" | "isSteady"> = {
  unit: "requests",
  waits: "seconds",
  chargesRefusals: false,
  refusalMs: 50,
  workers: 4,
  slotsPerWorker: 10,
  storeRoundTripMs: 2,
  tasks: [{ latencyMs: 200, tokens: 1_000, weightAt: () => 1 }],
  rival: null,
  busy: [[0, DURATION_MINUTES]],
};

/** A scenario is told by what is special about it; the rest is 4 workers with 10 slots and calls of 200 ms. */
export function scenario(
  name: string,
  limit: number | Scenario["limit"],
  shape: QuotaShape,
  special: Partial<Omit<Scenario, "name" | "limit" | "shape">> = {},
): Scenario {
  const steps: Scenario["limit"] = typeof limit === "number" ? [[0, limit]] : limit;
  return { isSteady: steps.length === 1, ...plain, name, limit: steps, shape, ...special };
}

export function limitAt({ limit }: Scenario, minute: number): number {
  let current = 0;
  for (const [from, value] of limit) if (from <= minute) current = value;
  return current;
}

export function isBusy({ busy }: Scenario, minute: number): boolean {
  return busy.some(([from, to]) => from <= minute && minute < to);
}

import { medianOf, ratioOf, type Sample, type Series } from "./sample.js";

export interface Goal {
  readonly name: string;
  /** `beside`: there is nothing to reach but to be shown beside the others. */
  readonly is: "at least" | "at most" | "below" | "beside";
  /** `null`: beside the peers. A function where it is what the peers reach. */
  readonly goal: number | null | ((samples: readonly Sample[]) => number | null);
  readonly unit: string;
  /** `null`: not measured. */
  readonly value: (samples: readonly Sample[]) => number | null;
  /** Where the name tells a size. Figures of another size say nothing about this goal. */
  readonly size?: NamedSize;
}

export interface NamedSize {
  readonly of: number;
  /** Where the samples tell theirs. */
  readonly setting: string;
  readonly metric: string;
}

export interface GoalResult {
  readonly name: string;
  readonly value: number | null;
  readonly goal: number | null;
  /** `null`: there is nothing to judge, because it is only shown, or was measured at another size. */
  readonly met: boolean | null;
  readonly is: Goal["is"];
  readonly unit: string;
  /** The run was of another size than the name tells, a quick one most likely. */
  readonly isOfOtherSize: boolean;
}

/** What was not measured is not met. */
export function evaluateGoal(
  { name, is, goal, unit, value, size }: Goal,
  samples: readonly Sample[],
): GoalResult {
  const toReach = typeof goal === "function" ? goal(samples) : goal;
  const isOfOtherSize = size !== undefined && hasOtherSize(size, samples);
  const reached = isOfOtherSize ? null : value(samples);
  const met = isOfOtherSize ? null : isMet(is, reached, toReach);
  return { name, value: reached, goal: toReach, met, is, unit, isOfOtherSize };
}

function hasOtherSize({ of, setting, metric }: NamedSize, samples: readonly Sample[]): boolean {
  return samples.some((sample) => sample.setting === setting && sample.values[metric] !== of);
}

function isMet(is: Goal["is"], value: number | null, goal: number | null): boolean | null {
  if (is === "beside") return null;
  if (value === null || !Number.isFinite(value) || goal === null) return false;
  switch (is) {
    case "at least":
      return value >= goal;
    case "at most":
      return value <= goal;
    case "below":
      return value < goal;
  }
}

/** At least so many times what the best of the peers does, round by round. */
export function timesThePeer({
  name,
  factor,
  ours,
  peers,
}: {
  readonly name: string;
  readonly factor: number;
  readonly ours: Series;
  /** The one with the highest median is the one to beat. */
  readonly peers: readonly string[];
}): Goal {
  return {
    name,
    is: "at least",
    goal: factor,
    unit: "x",
    value: (samples) => {
      const best = bestPeer(samples, ours, peers, "highest");
      return best === null ? null : ratioOf(samples, ours, { ...ours, contender: best });
    },
  };
}

/** The peer whose median is the best in the same setting and metric; `null` when none was measured. */
export function bestPeer(
  samples: readonly Sample[],
  { setting, metric }: Omit<Series, "contender">,
  peers: readonly string[],
  best: "highest" | "lowest",
): string | null {
  const sign = best === "highest" ? 1 : -1;
  const measured = peers.flatMap((contender) => {
    const value = medianOf(samples, { contender, setting, metric });
    return value === null ? [] : [{ contender, value }];
  });
  return measured.toSorted((one, other) => sign * (other.value - one.value))[0]?.contender ?? null;
}

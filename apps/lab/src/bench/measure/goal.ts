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
}

export interface GoalResult {
  readonly name: string;
  readonly value: number | null;
  readonly goal: number | null;
  readonly met: boolean;
  readonly is: Goal["is"];
  readonly unit: string;
}

/** What was not measured is not met. */
export function evaluateGoal({ name, is, goal, unit, value }: Goal, samples: readonly Sample[]): GoalResult {
  const reached = value(samples);
  const toReach = typeof goal === "function" ? goal(samples) : goal;
  return { name, value: reached, goal: toReach, met: isMet(is, reached, toReach), is, unit };
}

function isMet(is: Goal["is"], value: number | null, goal: number | null): boolean {
  if (value === null || !Number.isFinite(value)) return false;
  if (is === "beside") return true;
  if (goal === null) return false;
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

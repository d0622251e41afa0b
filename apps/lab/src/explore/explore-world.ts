import { isTerminalStatus } from "@sluice/core";
import { brokenLaw } from "./check-step.js";
import type { Rules } from "./rules.js";
import { isSurprise, possibleSteps, type Step } from "./steps.js";
import { takeStep } from "./take-step.js";
import { firstWorld, type World, type WorldSize } from "./world.js";
import { keyOf } from "./world-key.js";

export interface Exploration {
  /** Worlds that can be reached, up to what no rule can tell apart. */
  readonly states: number;
  readonly transitions: number;
  /** The shortest way into trouble; `null` when no law can be broken. */
  readonly trouble: Trouble | null;
}

export interface Trouble {
  readonly law: string;
  readonly steps: readonly Step[];
}

/**
 * Visits every reachable world, nearest first, and checks each step against the laws. Then looks whether from each of them
 * all jobs can end without any more surprises.
 */
export function exploreWorld(
  size: WorldSize,
  rules: Rules,
  watch: (before: World, step: Step, after: World) => void = () => undefined,
): Exploration {
  const ways = new Ways();
  const first = firstWorld(size);
  ways.visit(keyOf(first), null);
  const queue: World[] = [first];
  const ended: number[] = [];
  let transitions = 0;

  for (let from = 0; from < queue.length; from += 1) {
    const world = queue[from];
    if (world === undefined) break;
    delete queue[from]; // only its key is needed any more
    if (world.jobs.every(({ job }) => isTerminalStatus(job.status))) ended.push(from);
    for (const step of possibleSteps(world)) {
      const next = takeStep(world, step, rules);
      transitions += 1;
      watch(world, step, next);
      const law = brokenLaw(world, step, next);
      if (law !== null) {
        const steps = [...ways.stepsTo(from), step];
        return { states: ways.count, transitions, trouble: { law, steps } };
      }
      const { id, isNew } = ways.visit(keyOf(next), { from, step });
      if (isNew) queue.push(next);
      if (!isSurprise(step)) ways.addOrdinary(from, id);
    }
  }

  const stuck = ways.firstWithoutWayTo(ended);
  const trouble =
    stuck === null ? null : { law: "from here, not all jobs can end any more", steps: ways.stepsTo(stuck) };
  return { states: ways.count, transitions, trouble };
}

/** Which worlds there are, by number in the order in which they were found, and how they are reached. */
class Ways {
  readonly #ids = new Map<string, number>();
  readonly #arrivals: ({ readonly from: number; readonly step: Step } | null)[] = [];
  /** The ordinary steps, backwards: who leads to each world. */
  readonly #ordinaryInto: number[][] = [];

  get count(): number {
    return this.#arrivals.length;
  }

  visit(key: string, arrival: { from: number; step: Step } | null): { id: number; isNew: boolean } {
    const known = this.#ids.get(key);
    if (known !== undefined) return { id: known, isNew: false };
    const id = this.#arrivals.length;
    this.#ids.set(key, id);
    this.#arrivals.push(arrival);
    this.#ordinaryInto.push([]);
    return { id, isNew: true };
  }

  addOrdinary(from: number, to: number): void {
    this.#ordinaryInto[to]?.push(from);
  }

  stepsTo(id: number): Step[] {
    const steps: Step[] = [];
    for (let way = this.#arrivals[id]; way; way = this.#arrivals[way.from]) steps.unshift(way.step);
    return steps;
  }

  /** The nearest world from which no ordinary steps lead to any of `goals`. */
  firstWithoutWayTo(goals: readonly number[]): number | null {
    const reaching = new Set(goals);
    // A set is walked in the order of insertion, what is added on the way included.
    for (const id of reaching) for (const from of this.#ordinaryInto[id] ?? []) reaching.add(from);
    for (let id = 0; id < this.count; id += 1) if (!reaching.has(id)) return id;
    return null;
  }
}

import type { Random } from "@sluice/core";
import type { ProviderMood } from "./provider/provider-mood.js";

/** One thing that goes wrong, or that somebody does. Slots are numbers from 0. */
export type Fault =
  | { readonly type: "kill"; readonly slot: number }
  | { readonly type: "freeze"; readonly slot: number; readonly forMs: number }
  | { readonly type: "cut"; readonly slot: number }
  | { readonly type: "half-open"; readonly slot: number; readonly forMs: number }
  | { readonly type: "restart-database" }
  | { readonly type: "mood"; readonly mood: Exclude<ProviderMood, "well">; readonly forMs: number }
  | { readonly type: "pause"; readonly forMs: number }
  | { readonly type: "resume" }
  | { readonly type: "cancel" }
  | { readonly type: "retry" };

export type FaultType = Fault["type"];

/** How often each comes, of a thousand. */
const weights: Readonly<Record<FaultType, number>> = {
  kill: 640,
  freeze: 60,
  cut: 80,
  "half-open": 30,
  "restart-database": 20,
  mood: 70,
  pause: 20,
  resume: 20,
  cancel: 40,
  retry: 20,
};

const badMoods = ["quota", "down", "hang", "garbage"] as const;

export interface TimedFault {
  /** After the one before. */
  readonly afterMs: number;
  readonly fault: Fault;
}

/** Between two faults, for each worker of the fleet: it is killed every ten seconds or so, of which it needs some to start. */
const msPerWorker = 6_500;

/** Faults without end: the same seed, the same faults. */
export function* planFaults(random: Random, slots: number): Generator<TimedFault, never> {
  for (;;)
    yield { afterMs: between(random, 50, (2 * msPerWorker) / slots - 50), fault: pickFault(random, slots) };
}

function pickFault(random: Random, slots: number): Fault {
  const type = pickType(random);
  const slot = Math.floor(random.fraction() * slots);
  switch (type) {
    case "kill":
    case "cut":
      return { type, slot };
    case "freeze":
      // Mostly shorter than a lease, sometimes longer.
      return { type, slot, forMs: between(random, 500, random.fraction() < 0.3 ? 25_000 : 5_000) };
    case "half-open":
      return { type, slot, forMs: between(random, 1_000, 30_000) };
    case "mood":
      return {
        type,
        mood: badMoods[Math.floor(random.fraction() * badMoods.length)] ?? "down",
        forMs: between(random, 1_000, 6_000),
      };
    case "pause":
      return { type, forMs: between(random, 500, 4_000) };
    case "restart-database":
    case "resume":
    case "cancel":
    case "retry":
      return { type };
  }
}

function pickType(random: Random): FaultType {
  const types = Object.entries(weights) as [FaultType, number][];
  let left = random.fraction() * types.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [type, weight] of types) {
    left -= weight;
    if (left < 0) return type;
  }
  return "kill";
}

function between(random: Random, least: number, most: number): number {
  return Math.round(least + (most - least) * random.fraction());
}

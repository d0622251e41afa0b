import { describeStep } from "./describe-step.js";
import type { Trouble } from "./explore-world.js";
import type { Rules } from "./rules.js";
import { takeStep } from "./take-step.js";
import { firstWorld, type WorldSize } from "./world.js";

export interface TracedStep {
  readonly afterMs: number;
  readonly text: string;
}

/** The way into trouble, taken once more and told. */
export function traceOf({ steps }: Trouble, size: WorldSize, rules: Rules): TracedStep[] {
  const first = firstWorld(size);
  let world = first;
  return steps.map((step) => {
    const before = world;
    world = takeStep(before, step, rules);
    return { afterMs: before.now - first.now, text: describeStep(before, step, world) };
  });
}

export function renderTrace(trace: readonly TracedStep[], law: string): string {
  const lines = trace.map(
    ({ afterMs, text }, index) =>
      `${String(index + 1).padStart(3)}  ${String(afterMs / 1_000).padStart(3)} s  ${text}`,
  );
  return [...lines, "", `Broken: ${law}.`].join("\n");
}

import { type GateKey, type InspectStore, taskGateKey } from "@sluice/core";
import { builtInTasks } from "./built-in-tasks.js";

/** Every gate that jobs pass, also those that nothing has passed yet. */
export async function listKnownGates(store: InspectStore): Promise<ReadonlySet<GateKey>> {
  const [gates, taskGates] = await Promise.all([store.listGates(), store.listTaskGates()]);
  return new Set<GateKey>([
    ...[...builtInTasks.keys()].map(taskGateKey),
    ...gates.map((gate) => gate.key),
    ...taskGates.flatMap((task) => [taskGateKey(task.taskType), ...task.gates]),
  ]);
}

/** For who named one that is not among them: a slip of the pen would make a gate that nothing passes. */
export function describeUnknownGate(name: string, known: ReadonlySet<GateKey>): string {
  return `there is no task or gate ${name}; there are:\n${[...known].sort().join("\n")}`;
}

import { type GateKey, taskGateKey, toGateKey } from "@sluice/core";
import type { App } from "../compose.js";
import { FailedError, WrongUseError } from "./exit-code.js";

/** The gate that is meant by a task type or a gate's key. A slip of the pen would make a gate that nothing passes: it is refused. */
export async function findGate({ store }: Pick<App, "store">, name: string): Promise<GateKey> {
  const { builtInTasks } = await import("../built-in-tasks.js");
  const key = parseName(name);
  const [gates, taskGates] = await Promise.all([store.listGates(), store.listTaskGates()]);
  const known = new Set<GateKey>([
    ...[...builtInTasks.keys()].map(taskGateKey),
    ...gates.map((gate) => gate.key),
    ...taskGates.flatMap((task) => [taskGateKey(task.taskType), ...task.gates]),
  ]);
  if (known.has(key)) return key;
  throw new FailedError(`there is no task or gate ${name}; there are:\n${[...known].sort().join("\n")}`);
}

function parseName(name: string): GateKey {
  try {
    return /^(task|model):/.test(name) ? toGateKey(name) : taskGateKey(name);
  } catch (error) {
    throw new WrongUseError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

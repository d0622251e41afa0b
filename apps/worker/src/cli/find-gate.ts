import { type GateKey, taskGateKey, toGateKey } from "@sluice/core";
import type { App } from "../compose.js";
import { FailedError, WrongUseError } from "./exit-code.js";

/** The gate that is meant by a task type or a gate's key. A slip of the pen would make a gate that nothing passes: it is refused. */
export async function findGate({ store }: Pick<App, "store">, name: string): Promise<GateKey> {
  const { describeUnknownGate, listKnownGates } = await import("../list-known-gates.js");
  const key = parseName(name);
  const known = await listKnownGates(store);
  if (known.has(key)) return key;
  throw new FailedError(describeUnknownGate(name, known));
}

function parseName(name: string): GateKey {
  try {
    return /^(task|model):/.test(name) ? toGateKey(name) : taskGateKey(name);
  } catch (error) {
    throw new WrongUseError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

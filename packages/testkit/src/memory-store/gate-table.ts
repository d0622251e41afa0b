import {
  changeLimits,
  type Gate,
  type GateDeclaration,
  type GateKey,
  newGate,
  noLimits,
  type TaskGates,
  taskGateKey,
} from "@sluice/core";

/** Gates, and which of them the jobs of a task type pass. */
export class GateTable {
  readonly #gates = new Map<GateKey, Gate>();
  readonly #keysOfTask = new Map<string, readonly GateKey[]>();

  /** A gate that nobody has made yet is open and without limits. */
  get(key: GateKey): Gate {
    return this.#gates.get(key) ?? newGate(key, noLimits);
  }

  put(gate: Gate): void {
    this.#gates.set(gate.key, gate);
  }

  all(): readonly Gate[] {
    return [...this.#gates.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  ofTask(taskType: string): readonly Gate[] {
    return this.keysOf(taskType).map((key) => this.get(key));
  }

  keysOf(taskType: string): readonly GateKey[] {
    return this.#keysOfTask.get(taskType) ?? [taskGateKey(taskType)];
  }

  declare(taskType: string, declarations: readonly GateDeclaration[]): void {
    const own = taskGateKey(taskType);
    this.put(this.get(own));
    for (const { key, limits } of declarations) this.put(changeLimits(this.get(key), limits));
    this.#keysOfTask.set(taskType, [...new Set([own, ...declarations.map(({ key }) => key)])]);
  }

  allTasks(): readonly TaskGates[] {
    return [...this.#keysOfTask].map(([taskType, gates]) => ({ taskType, gates }));
  }
}

import {
  defaultGate,
  type GateDeclaration,
  type GateKey,
  type Handler,
  type JobPolicy,
  needsPermits,
  newGate,
  noLimits,
  taskGateKey,
} from "@sluice/core";

/** A handler, with what follows from it for all of its runs. */
export interface HandledTask<Tx> {
  readonly taskType: string;
  readonly handler: Handler<Tx>;
  /** The task's own first. */
  readonly gates: readonly GateKey[];
  readonly declarations: readonly GateDeclaration[];
  readonly defaultGate: GateKey;
  readonly policy: JobPolicy;
  /** Nothing but the worker's slots limits its runs, as far as is declared: its jobs may be held in stock. */
  readonly isUnlimited: boolean;
}

export function toHandledTask<Tx>(handler: Handler<Tx>, policy: JobPolicy): HandledTask<Tx> {
  const taskType = handler.task.type;
  const own = taskGateKey(taskType);
  const others = handler.gates.filter(({ key }) => key !== own);
  const ownLimits = handler.gates.find(({ key }) => key === own)?.limits ?? noLimits;
  const declarations = [{ key: own, limits: ownLimits }, ...others];
  return {
    taskType,
    handler,
    gates: declarations.map(({ key }) => key),
    declarations,
    defaultGate: defaultGate(
      taskType,
      others.map(({ key }) => key),
    ),
    isUnlimited:
      others.length === 0 && handler.concurrency === null && !needsPermits(newGate(own, ownLimits)),
    policy: handler.backoff === null ? policy : { ...policy, backoff: handler.backoff },
  };
}

import type { ClaimRequest } from "@sluice/core";
import type { HandledTask } from "./handled-task.js";

type TaskLimits = ClaimRequest["tasks"];

/** In which order, and up to how many, the task types are asked for. */
export interface ClaimOrder<Tx> {
  /** At most `limit` of each type; the type that comes first moves on with each call. Empty: no type may be asked for. */
  next(limit: number, mayTake: (task: HandledTask<Tx>) => number): TaskLimits;
}

export function createClaimOrder<Tx>(tasks: readonly HandledTask<Tx>[]): ClaimOrder<Tx> {
  let first = 0;
  return {
    next(limit, mayTake) {
      const rotated = [...tasks.slice(first), ...tasks.slice(0, first)];
      first = (first + 1) % tasks.length;
      return rotated
        .map((task) => ({ taskType: task.taskType, limit: Math.min(limit, mayTake(task)) }))
        .filter((each) => each.limit > 0);
    },
  };
}

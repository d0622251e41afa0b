import type { ClaimRequest } from "@sluice/core";
import type { HandledTask } from "./handled-task.js";

type TaskLimits = ClaimRequest["tasks"];

/** In which order, and up to how many, the task types are asked for. */
export interface ClaimOrder<Tx> {
  /** At most `limit` of each type; the type that comes first moves on with each call. Empty: no type may be asked for. */
  next(limit: number, mayTake: (task: HandledTask<Tx>) => number): TaskLimits;
}

export function createClaimOrder<Tx>(tasks: readonly HandledTask<Tx>[]): ClaimOrder<Tx> {
  const twice = [...tasks, ...tasks];
  let first = 0;
  return {
    next(limit, mayTake) {
      const asked: { taskType: string; limit: number }[] = [];
      for (const task of twice.slice(first, first + tasks.length)) {
        const own = Math.min(limit, mayTake(task));
        if (own > 0) asked.push({ taskType: task.taskType, limit: own });
      }
      first = (first + 1) % tasks.length;
      return asked;
    },
  };
}

/**
 * SQL that is true when a gate of the task type `a.task_type` fulfils the condition on `gates g`. Every task has the gate
 * of its name, whether a worker has ever said so or not; an operator may have paused it before.
 */
export function anyGateOf(condition: string): string {
  return `(exists (select from sluice.gates g where g.key = 'task:' || a.task_type and (${condition}))
     or exists (select from sluice.task_gates tg join sluice.gates g on g.key = tg.gate_key
                where tg.task_type = a.task_type and (${condition})))`;
}

/** Of `gates g`, with the instant in the one-row `clock`. */
export const isClosed =
  "(g.paused_until > (select now from clock) or g.closed_until > (select now from clock))";

import { type EpochMs, type Gate, type GateInFlight, needsPermits } from "@sluice/core";
import { type GateRow, gateColumns, toGate } from "../rows/gate-row.js";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface PermitRow extends GateRow {
  readonly now: InstantColumn;
  /** JSON: those of the asked types that pass the gate. */
  readonly task_types: string;
  readonly in_flight: number;
}

/** A gate as it was read without a lock: what is decided on it holds as long as its revision does. */
export interface ReadGate extends GateInFlight {
  readonly revision: number;
  readonly taskTypes: readonly string[];
  readonly needsPermits: boolean;
}

export interface Permits {
  readonly now: EpochMs;
  readonly gates: readonly ReadGate[];
}

// Locks nothing, and may be repeated. Gates by primary key; live leases are counted, by the index of leases, only where they matter: for
// a window or a probe.
export const readPermitsStatement = statement<PermitRow>(
  "read_permits",
  `with clock as materialized (select sluice.now() as now),
   passes as materialized (
     select a.task_type, tg.gate_key as key
     from unnest((select $1::text::text[])) as a (task_type) join sluice.task_gates tg on tg.task_type = a.task_type
     union
     select a.task_type, 'task:' || a.task_type from unnest((select $1::text::text[])) as a (task_type))
   select ${gateColumns}, sluice.to_ms((select now from clock)) as now,
     (select json_agg(p.task_type)::text from passes p where p.key = g.key) as task_types,
     case when g.limits->>'maxInFlight' is null and g.closing_reason is null then 0 else (
       select count(*) from sluice.jobs j
       where j.state = 2 and j.lease_expires_at > (select now from clock)
         and (g.key = 'task:' || j.task_type
           or exists (select from sluice.task_gates tg where tg.task_type = j.task_type and tg.gate_key = g.key))
     ) end::integer as in_flight
   from sluice.gates g where g.key in (select key from passes)`,
);

/** `null` when none of the types has a gate yet. */
export async function readPermits(session: Session, taskTypes: readonly string[]): Promise<Permits | null> {
  const rows = await session.run(readPermitsStatement, arrayLiteral(taskTypes));
  const [first] = rows;
  if (first === undefined) return null;
  return { now: toInstant(first.now), gates: rows.map(toReadGate) };
}

function toReadGate(row: PermitRow): ReadGate {
  const gate: Gate = toGate(row);
  return {
    gate,
    inFlight: row.in_flight,
    revision: row.revision,
    taskTypes: JSON.parse(row.task_types) as string[],
    needsPermits: needsPermits(gate),
  };
}

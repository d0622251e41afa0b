import type { Gate, GateKey, TaskGates } from "@sluice/core";
import { type GateRow, gateColumns, toGate } from "../rows/gate-row.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Lock nothing, and may be repeated. Read their small tables whole.
const gates = statement<GateRow>(
  "list_gates",
  `select ${gateColumns} from sluice.gates g order by g.key collate "C"`,
);
const taskGates = statement<{ task_type: string; gate_keys: string }>(
  "list_task_gates",
  `select task_type, json_agg(gate_key order by position)::text as gate_keys from sluice.task_gates
   group by task_type order by task_type collate "C"`,
);

export async function listGates(session: Session): Promise<readonly Gate[]> {
  return (await session.run(gates)).map(toGate);
}

export async function listTaskGates(session: Session): Promise<readonly TaskGates[]> {
  const rows = await session.run(taskGates);
  return rows.map((row) => ({ taskType: row.task_type, gates: JSON.parse(row.gate_keys) as GateKey[] }));
}

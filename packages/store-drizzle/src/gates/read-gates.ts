import type { Gate, GateKey } from "@sluice/core";
import { type GateRow, gateColumns, toGate } from "../rows/gate-row.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks nothing, and may be repeated. Primary key.
const byKeys = statement<GateRow>(
  "read_gates",
  `select ${gateColumns} from sluice.gates g where g.key = any ($1::text::text[])`,
);

/** Those that there are, without a lock: to see whether there is anything to change. */
export async function readGates(session: Session, keys: readonly GateKey[]): Promise<readonly Gate[]> {
  if (keys.length === 0) return [];
  return (await session.run(byKeys, arrayLiteral(keys))).map(toGate);
}

import type { EpochMs, Gate, GateKey } from "@sluice/core";
import { type GateRow, gateColumns, toGate } from "../rows/gate-row.js";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

// Locks nothing. Primary key.
const byKeys = statement<GateRow & { now: InstantColumn }>(
  "read_gates",
  `select ${gateColumns}, sluice.to_ms((select sluice.now())) as now from sluice.gates g
   where g.key = any ($1::text::text[])`,
);

/** Those that there are, without a lock: to see whether there is anything to change. */
export async function readGates(
  session: Session,
  keys: readonly GateKey[],
): Promise<readonly { readonly gate: Gate; readonly now: EpochMs }[]> {
  if (keys.length === 0) return [];
  const rows = await session.run(byKeys, arrayLiteral(keys));
  return rows.map((row) => ({ gate: toGate(row), now: toInstant(row.now) }));
}

import { type GateRow, gateColumns } from "../rows/gate-row.js";
import type { InstantColumn } from "../rows/instant.js";
import { statement } from "../sql/statement.js";

// Locks gates in the order of their keys, always last in a transaction. Primary key. The clock is asked after the wait.
// Again it holds the same.
export const lockGates = statement<GateRow & { readonly now: InstantColumn }>(
  "lock_gates",
  `with locked as materialized (
     select g.* from sluice.gates g where g.key = any ($1::text::text[]) order by g.key for update),
   clock as materialized (select sluice.now() as now where (select count(*) from locked) >= 0)
   select ${gateColumns}, sluice.to_ms((select now from clock)) as now from locked g order by g.key`,
);

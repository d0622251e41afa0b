import { gateRecordColumns } from "../rows/gate-row.js";
import { statement } from "../sql/statement.js";

// Locks the gates that it makes, in key order, in which all gates are locked. Primary key. A gate that is there already stays as it is,
// so it may be repeated.
export const createGates = statement(
  "create_gates",
  `insert into sluice.gates (key, epoch_at, paused_until, streak, limits, drawn, pacing, needs_permits)
   select key, sluice.from_ms(epoch_at), sluice.from_ms(paused_until), streak, limits, drawn, pacing, needs_permits
   from json_to_recordset($1::text::json) as r(${gateRecordColumns}) order by key
   on conflict (key) do nothing`,
);

import { gateRecordColumns } from "../rows/gate-row.js";
import { statement } from "../sql/statement.js";

// Locks nothing more: the caller holds the rows. Primary key. Every write is a new revision, so that a claim that has decided on
// the old one looks again. Repeated it writes the same, as one revision more.
export const writeGates = statement(
  "write_gates",
  `update sluice.gates g set
     epoch_at = sluice.from_ms(r.epoch_at), paused_until = sluice.from_ms(r.paused_until),
     closing_reason = r.closing_reason, closed_at = sluice.from_ms(r.closed_at), closed_until = sluice.from_ms(r.closed_until),
     closing_detail = r.closing_detail, closing_job_id = r.closing_job_id, streak = r.streak, limits = r.limits,
     drawn = r.drawn, pacing = r.pacing, needs_permits = r.needs_permits, revision = g.revision + 1
   from json_to_recordset($1::text::json) as r(${gateRecordColumns})
   where g.key = r.key`,
);

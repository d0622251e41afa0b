import { statement } from "../sql/statement.js";

// Locks the targets' rows in the order of their keys, after the jobs. Primary key. A job that is not its target's newest finds no
// row of its own and writes nothing; the same again writes the same.
export const setTargetStatuses = statement(
  "set_target_statuses",
  `with r as materialized (
     select * from json_to_recordset($1::text::json) as r(target_type text, target_id text, task_type text, job_id uuid, status text)),
   locked as materialized (
     select t.target_type, t.target_id, t.task_type, r.status
     from r join sluice.target_statuses t
       on t.target_type = r.target_type and t.target_id = r.target_id and t.task_type = r.task_type and t.job_id = r.job_id
     order by t.target_type, t.target_id, t.task_type for update of t)
   update sluice.target_statuses t set status = l.status, changed_at = sluice.from_ms($2::float8)
   from locked l
   where t.target_type = l.target_type and t.target_id = l.target_id and t.task_type = l.task_type`,
);

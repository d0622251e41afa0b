import { statement } from "../sql/statement.js";

// Locks the targets' rows in the order of their keys, after the jobs. Primary key. A job that is not its target's newest finds no
// row of its own and writes nothing; the same again writes the same.
export const setTargetStatuses = statement(
  "set_target_statuses",
  `with r as materialized (
     select * from json_to_recordset($1::text::json) as r(target_type text, target_id text, task_type text, job_id uuid, status text)),
   locked as materialized (
     select t.*, r.status from (select * from r order by target_type, target_id, task_type) r cross join lateral (
       select target_type, target_id, task_type, job_id, job_created_at from sluice.target_statuses
       where target_type = r.target_type and target_id = r.target_id and task_type = r.task_type and job_id = r.job_id for update) t)
   insert into sluice.target_statuses (target_type, target_id, task_type, job_id, job_created_at, status, changed_at)
   select l.*, sluice.from_ms($2::float8) from locked l
   on conflict (target_type, target_id, task_type) do update set status = excluded.status, changed_at = excluded.changed_at`,
);

-- A plan that is made while the table has few pages reads it whole, and is kept until vacuum or analyze come by, however full the table
-- is by then: that is a minute of slow claims for a worker that was started before its first jobs. So the table has two hundred pages from
-- the start; vacuum leaves them there (vacuum_truncate). No index of what waits or runs has an entry of these rows.
insert into sluice.jobs (id, task_type, payload, priority, created_at, state, status, due_at, max_attempts)
  select gen_random_uuid(), '', to_jsonb(repeat('x', 1800)), 0, now(), 3, 'pending', now(), 1 from generate_series(1, 600);
delete from sluice.jobs where state = 3;

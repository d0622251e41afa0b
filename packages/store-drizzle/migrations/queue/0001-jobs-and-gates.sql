-- Instants are timestamptz, cut to whole milliseconds: core counts in those, and what was read compares equal to what is stored.
-- Room is left for lanes per tenant, schedules and batches: each would be a column or a table more, none a change here.

-- The only clock. Tests replace it, which is why every statement asks it, once, and none asks the system.
create function sluice.now() returns timestamptz language sql volatile
  as $$ select date_trunc('milliseconds', clock_timestamp()) $$;
create function sluice.to_ms(instant timestamptz) returns bigint language sql stable
  as $$ select (date_part('epoch', instant) * 1000)::bigint $$;
create function sluice.from_ms(epoch_ms float8) returns timestamptz language sql immutable
  as $$ select to_timestamp(epoch_ms / 1000.0) $$;

-- What waits or runs. Kept small: what has ended is in finished_jobs.
create table sluice.jobs (
  id uuid primary key,
  task_type text not null,
  target_type text,
  target_id text,
  payload jsonb not null,
  priority integer not null,
  dedupe_key text,
  created_at timestamptz not null,
  deadline_at timestamptz,
  -- 0 ready, 1 due later, 2 leased: what the partial indexes go by. The status says more, the state decides who finds the row.
  state smallint not null,
  status text not null,
  due_at timestamptz not null,
  attempts integer not null default 0,
  max_attempts integer not null,
  deferrals integer not null default 0,
  deferred_ms float8 not null default 0,
  deferring_since_at timestamptz,
  invalid_outputs integer not null default 0,
  lease_no integer not null default 0,
  retried_at_lease_no integer not null default 0,
  last_failure jsonb,
  worker_id text,
  claim_nonce bigint,
  claimed_at timestamptz,
  lease_expires_at timestamptz,
  cancel_requested_at timestamptz,
  rerun jsonb,
  constraint attempts_are_bounded check (attempts between 0 and max_attempts),
  constraint state_fits_status check ((state = 2) = (status = 'processing'))
) with (
  fillfactor = 85,
  -- Every job dies twice here, as ready and as leased: vacuum by number, not by share, and at once.
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000,
  -- A table of no pages looks so cheap to read whole that a plan made while the queue was empty would do so ever after.
  vacuum_truncate = false
);
create index jobs_ready on sluice.jobs (task_type, priority, due_at, id) where state = 0;
create index jobs_later on sluice.jobs (due_at) where state = 1;
create index jobs_later_by_type on sluice.jobs (task_type, due_at) where state = 1;
create index jobs_leased on sluice.jobs (lease_expires_at) where state = 2;
create index jobs_with_deadline on sluice.jobs (deadline_at) where deadline_at is not null and state <> 2;
create unique index jobs_dedupe on sluice.jobs (task_type, dedupe_key) where dedupe_key is not null;
create index jobs_by_target on sluice.jobs (target_type, target_id) where target_type is not null;

-- What has ended. The ledger entry of the run that ended the job stands in columns (a row of its own would cost a tenth of the
-- throughput); they are null when the job ended while it waited.
create table sluice.finished_jobs (
  id uuid primary key,
  task_type text not null,
  target_type text,
  target_id text,
  payload jsonb not null,
  priority integer not null,
  dedupe_key text,
  created_at timestamptz not null,
  deadline_at timestamptz,
  status text not null,
  attempts integer not null,
  max_attempts integer not null,
  deferrals integer not null,
  deferred_ms float8 not null,
  deferring_since_at timestamptz,
  invalid_outputs integer not null,
  lease_no integer not null,
  retried_at_lease_no integer not null,
  last_failure jsonb,
  finished_at timestamptz not null,
  result jsonb,
  run_lease_no integer,
  run_claim_nonce bigint,
  run_outcome text,
  run_failure jsonb,
  run_usage jsonb,
  worker_id text,
  claimed_at timestamptz
);
create index finished_jobs_completed on sluice.finished_jobs (finished_at) where status = 'completed';
create index finished_jobs_failed on sluice.finished_jobs (finished_at) where status <> 'completed';
create index finished_jobs_failed_by_id on sluice.finished_jobs (id) where status <> 'completed';
create index finished_jobs_by_target on sluice.finished_jobs (target_type, target_id) where target_type is not null;

-- The runs that did not end their job. With the nonce, a commit that is sent again finds its own first answer.
create table sluice.attempts (
  job_id uuid not null,
  lease_no integer not null,
  claim_nonce bigint not null,
  outcome text not null,
  status_after text not null,
  worker_id text not null,
  claimed_at timestamptz not null,
  ended_at timestamptz not null,
  failure jsonb,
  usage jsonb,
  primary key (job_id, lease_no)
);

create view sluice.all_jobs as
  select id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at, status, due_at,
    attempts, max_attempts, deferrals, deferred_ms, deferring_since_at, invalid_outputs, lease_no, retried_at_lease_no,
    last_failure, worker_id, claim_nonce, claimed_at, lease_expires_at, cancel_requested_at, rerun,
    null::timestamptz as finished_at, null::jsonb as result
  from sluice.jobs
  union all
  select id, task_type, target_type, target_id, payload, priority, dedupe_key, created_at, deadline_at, status, null,
    attempts, max_attempts, deferrals, deferred_ms, deferring_since_at, invalid_outputs, lease_no, retried_at_lease_no,
    last_failure, null, null, null, null, null, null, finished_at, result
  from sluice.finished_jobs;
create view sluice.all_attempts as
  select job_id, lease_no, claim_nonce, outcome, status_after, worker_id, claimed_at, ended_at, failure, usage
  from sluice.attempts
  union all
  select id, run_lease_no, run_claim_nonce, run_outcome, status, worker_id, claimed_at, finished_at, run_failure, run_usage
  from sluice.finished_jobs where run_outcome is not null;

-- The status that a target shows: that of its newest job of a task type. Running is not written here, it is derived.
create table sluice.target_statuses (
  target_type text not null,
  target_id text not null,
  task_type text not null,
  job_id uuid not null,
  job_created_at timestamptz not null,
  status text not null,
  changed_at timestamptz not null,
  primary key (target_type, target_id, task_type)
) with (fillfactor = 70);

-- Columns for what statements ask; limits and pacing are core's own and read by nobody else.
create table sluice.gates (
  key text primary key,
  epoch_at timestamptz not null,
  paused_until timestamptz,
  closing_reason text,
  closed_at timestamptz,
  closed_until timestamptz,
  closing_detail text,
  closing_job_id text,
  streak integer not null,
  limits jsonb not null,
  drawn integer not null,
  pacing jsonb not null,
  needs_permits boolean not null,
  -- Grows with every write: who decided on an older one has to look again.
  revision bigint not null default 0
) with (fillfactor = 50);
create table sluice.task_gates (
  task_type text not null,
  gate_key text not null,
  position smallint not null,
  primary key (task_type, gate_key)
);
create index task_gates_by_gate on sluice.task_gates (gate_key);

create table sluice.workers (
  id text primary key,
  task_types jsonb not null,
  concurrency integer not null,
  running integer not null,
  live_for_ms float8 not null,
  seen_at timestamptz not null
) with (fillfactor = 50);

-- For how long jobs of a type have waited while workers lived, but none for them.
create table sluice.unserved_types (
  task_type text primary key,
  spent_ms float8 not null,
  counted_at timestamptz not null
) with (fillfactor = 50);

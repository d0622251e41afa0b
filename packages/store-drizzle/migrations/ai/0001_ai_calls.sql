-- One row per model call, so that no stored answer is paid for again, and the bill can be explained.
create table sluice.ai_calls (
  id uuid primary key,
  content_key text not null,
  task_type text not null,
  model text not null,
  job_id uuid not null,
  lease_no bigint not null,
  -- sent: under way, or left behind by a crash and possibly billed; unknown: nobody can tell whether it was answered.
  state text not null check (state in ('sent', 'received', 'failed', 'unknown')),
  answer jsonb,
  -- The answer could not be used: kept for the bill, never answered again.
  unusable boolean not null default false,
  error_code text,
  -- null is unknown, never 0.
  input_tokens bigint,
  cached_input_tokens bigint,
  output_tokens bigint,
  cost_usd numeric,
  sent_at timestamptz not null default now(),
  ended_at timestamptz
);

-- The latest usable answer to a question.
create index ai_calls_answers on sluice.ai_calls (content_key, ended_at desc)
  where state = 'received' and not unusable;

create index ai_calls_job on sluice.ai_calls (job_id, lease_no);
create index ai_calls_sent_at on sluice.ai_calls (sent_at);

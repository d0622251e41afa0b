/**
 * Triggers that note, in the transaction of the change itself, what nobody could tell from the tables afterwards: each claim, each
 * end of a job, each result that was saved. The chaos run judges by them, so that no worker is asked about itself.
 */
export const auditTables: readonly string[] = [
  "create schema chaos",

  `create table chaos.claims (
     job_id uuid, lease_no integer, claim_nonce bigint, worker_id text, task_type text, attempts integer, max_attempts integer,
     claimed_at timestamptz, asked_at timestamptz, written_at timestamptz)`,
  `create function chaos.note_claim() returns trigger language plpgsql as $$ begin
     insert into chaos.claims values (new.id, new.lease_no, new.claim_nonce, new.worker_id, new.task_type, new.attempts,
       new.max_attempts, new.claimed_at, statement_timestamp(), clock_timestamp());
     return null;
   end $$`,
  `create trigger chaos_note_claim after update on sluice.jobs for each row
     when (new.state = 2 and old.state <> 2) execute function chaos.note_claim()`,

  "create table chaos.ends (job_id uuid, target_type text, target_id text, lease_no integer, transaction_id bigint)",
  `create function chaos.note_end() returns trigger language plpgsql as $$ begin
     insert into chaos.ends values (new.id, new.target_type, new.target_id, new.run_lease_no, txid_current());
     return null;
   end $$`,
  `create trigger chaos_note_end after insert on sluice.finished_jobs for each row
     when (new.status = 'completed') execute function chaos.note_end()`,

  "create table chaos.saves (target_type text, target_id text, transaction_id bigint)",
  `create function chaos.note_save() returns trigger language plpgsql as $$ begin
     insert into chaos.saves values (new.type, new.id, txid_current());
     return null;
   end $$`,
  `create trigger chaos_note_save after update of enriched_at on sluice.targets for each row
     when (new.enriched_at is not null) execute function chaos.note_save()`,
];

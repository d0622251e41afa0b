-- Rows come and go at the same rate: at a fifth of them dead, which is the default, the table is a fifth larger than it need be.
alter table sluice.finished_jobs set (
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
alter table sluice.attempts set (
  autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- A handful of rows, each written by every claim that draws on it.
alter table sluice.gates set (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

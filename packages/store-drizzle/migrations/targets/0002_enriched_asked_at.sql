-- When the enrichment was asked for: of two for the same content the one that was asked for later stays, whichever comes first.
alter table sluice.targets add column enriched_asked_at timestamptz;

-- What the built-in AI tasks work on, and what they found.
create table sluice.targets (
  type text not null check (type in ('code_entity', 'project_document', 'conversation')),
  id text not null,
  -- Where it was read from (the root of a project, say): what vanished is looked for within one origin.
  origin text not null,
  content jsonb not null,
  content_hash text not null,
  changed_at timestamptz not null default now(),
  -- Not found any more when its origin was read last. Kept, with what was found in it.
  vanished_at timestamptz,

  summary text,
  keywords text[],
  topics jsonb,
  -- The content that the enrichment was made from; differs from content_hash while a newer one waits for its job.
  enriched_hash text,
  enriched_by text,
  enriched_at timestamptz,

  primary key (type, id)
);

create index targets_origin on sluice.targets (origin, type, id);

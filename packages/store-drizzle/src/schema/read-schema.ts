import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

/** What stands in the schema `sluice`: objects by kind and name (`index jobs_ready`), each with what the catalogue says about it. */
export type Schema = ReadonlyMap<string, string>;

// Locks nothing. The catalogue only. NOT NULL stands with the column: as a constraint of its own it is known from 18 on only.
const catalogue = statement<{ object: string; definition: string }>(
  "read_schema",
  `with t as (
     select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'sluice')
   select 'table ' || t.relname as object,
     case t.relpersistence when 'p' then 'logged' when 'u' then 'unlogged' else 'temporary' end
       || coalesce(' with ' || (select string_agg(o, ', ' order by o) from unnest(t.reloptions) as o), '') as definition
   from t where t.relkind = 'r'
   union all
   select 'column ' || t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
     || case when a.attnotnull then ' not null' else '' end
     || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
     || case when a.attstorage = y.typstorage then '' else ' storage ' || a.attstorage::text end
   from t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
     join pg_type y on y.oid = a.atttypid
     left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
   where t.relkind in ('r', 'v')
   union all
   select 'constraint ' || t.relname || '.' || c.conname,
     pg_get_constraintdef(c.oid) || case when c.convalidated then '' else ' (not validated)' end
   from t join pg_constraint c on c.conrelid = t.oid where c.contype in ('c', 'f', 'p', 'u', 'x')
   union all
   select 'index ' || t.relname, pg_get_indexdef(t.oid) || case when i.indisvalid then '' else ' (invalid)' end
   from t join pg_index i on i.indexrelid = t.oid
   where not exists (select from pg_constraint c where c.conindid = t.oid and c.contype in ('p', 'u', 'x'))
   union all
   select 'view ' || t.relname, pg_get_viewdef(t.oid) from t where t.relkind = 'v'
   union all
   select 'trigger ' || t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
   from t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
   union all
   select 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'sluice'`,
);

export async function readSchema(session: Session): Promise<Schema> {
  const rows = await session.run(catalogue);
  const named = rows.map(({ object, definition }) => [object, normalized(definition)] as const);
  return new Map(named.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Versions of Postgres name a column with its table or without it, and break lines elsewhere. */
function normalized(definition: string): string {
  return definition
    .replace(/\b[a-z_]+\.(?=[a-z_])/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

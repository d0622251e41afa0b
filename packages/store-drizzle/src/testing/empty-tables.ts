import { sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";

/** All but what says which migrations were applied, and the clock. */
export async function emptyTables(db: DrizzleTransaction): Promise<void> {
  await db.execute(sql`do $$ begin
    execute (select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' restart identity cascade'
      from pg_tables where schemaname not in ('pg_catalog', 'information_schema')
        and (schemaname, tablename) not in (('sluice', 'migrations'), ('sluice', 'frozen_clock'))
        and tablename <> '__drizzle_migrations');
  end $$`);
}

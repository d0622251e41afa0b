import type {} from "@sluice/core";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/**
 * Any Drizzle database or transaction on Postgres: postgres.js, node-postgres or PGlite, with whatever schema the app has.
 * What `enqueue` takes as `tx`, and what `save` gets.
 */
// biome-ignore lint/suspicious/noExplicitAny: the schema is the app's, and Drizzle's schema parameters are invariant
export type DrizzleTransaction = PgDatabase<PgQueryResultHKT, any, any>;

declare module "@sluice/core" {
  interface SaveTransactions {
    drizzle: DrizzleTransaction;
  }
}

import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { sql } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";

export const articles = pgTable("articles", {
  id: text().primaryKey(),
  text: text().notNull(),
  /** `null` until they have been counted. */
  words: integer(),
});

export async function createArticlesTable(db: DrizzleTransaction) {
  await db.execute(
    sql`create table if not exists articles (id text primary key, text text not null, words integer)`,
  );
}

// What the code of docs/writing-a-task.md takes from "your app".
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";

export const articles = pgTable("articles", {
  id: text().primaryKey(),
  text: text().notNull(),
  translation: text(),
});
export const createArticlesTable = (db: DrizzleTransaction) =>
  db.execute(sql`create table articles (id text primary key, text text not null, translation text)`);

export type CallModel = (
  text: string,
  options: { readonly lang: string; readonly signal: AbortSignal },
) => Promise<{
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly text: string;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}>;

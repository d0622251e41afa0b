// What the README's library code takes from "your app": a Drizzle database of its own, two tables, a model to call.
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";

export const DATABASE_URL = process.env["DATABASE_URL"] ?? "";
export const articles = pgTable("articles", { id: text().primaryKey() });
export const translations = pgTable("translations", { id: text().primaryKey(), text: text().notNull() });
export const pool = createPool(DATABASE_URL, { maxConnections: 5 });
export const db = drizzle(pool, { schema: { articles, translations } });

let calls = 0;

/** Answers 429 to the first call, and the translation to all others. */
export async function callModel(
  { articleId, lang }: { articleId: string; lang: string },
  signal: AbortSignal,
): Promise<{ status: number; waitMs: number; text: string }> {
  signal.throwIfAborted();
  calls += 1;
  return calls === 1
    ? { status: 429, waitMs: 300, text: "" }
    : { status: 200, waitMs: 0, text: `${articleId} in ${lang}` };
}

// What the README's library code takes from "your app": a Drizzle database of its own, two tables, a model to call.
import { pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";

export const DATABASE_URL = process.env["DATABASE_URL"] ?? "";
export const articles = pgTable("articles", { id: text().primaryKey() });
export const translations = pgTable("translations", { id: text().primaryKey(), text: text().notNull() });
export const client = postgres(DATABASE_URL, { max: 5, onnotice: () => undefined });
export const db = drizzle(client, { schema: { articles, translations } });

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

import { setTimeout } from "node:timers/promises";
import { defineTask, handle } from "@sluice/core";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { sql } from "drizzle-orm";
import { integer, pgTable } from "drizzle-orm/pg-core";
import { z } from "zod";

export const greet = defineTask({ type: "greet", payload: z.object({ guest: z.number().int() }) });

/** Who greeted whom. No key forbids to greet a guest twice: the queue does. */
const greetings = pgTable("greetings", { guest: integer().notNull(), pid: integer().notNull() });

export async function createGreetingsTable(db: DrizzleTransaction) {
  await db.execute(sql`create table if not exists greetings (guest integer not null, pid integer not null)`);
}

export const greetHandler = handle(greet, {
  run: async ({ payload: { guest }, signal }) => {
    await setTimeout(20, undefined, { signal });
    return { save: (tx) => tx.insert(greetings).values({ guest, pid: process.pid }) };
  },
});

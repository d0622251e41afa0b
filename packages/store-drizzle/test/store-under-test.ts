import type { CreateStore } from "@sluice/testkit/contract";
import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { freezeClock } from "../src/testing/freeze-clock.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import type { OpenDatabase } from "./databases.js";

/** A table of the app's own, that a `save` writes to. */
const notes = pgTable("notes", { note: text("note").notNull() });

export function createStoreUnderTest(open: () => Promise<OpenDatabase>): CreateStore<DrizzleTransaction> {
  return async () => {
    const { db, listen, close } = await open();
    const clock = await freezeClock(db);
    await db.execute(sql`create table notes (note text not null)`);
    const store = createPostgresStore({ db, listen });
    return {
      store,
      advance: clock.advance,
      transaction: (work) => db.transaction(work),
      notes: {
        add: async (tx, note) => void (await tx.insert(notes).values({ note })),
        list: async () => (await db.select().from(notes)).map(({ note }) => note),
      },
      close: async () => {
        await store.close();
        await close();
      },
    };
  };
}

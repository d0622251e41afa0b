import { describeFailure } from "@sluice/core";
import { sql } from "drizzle-orm";
import type { OpenDatabase } from "../database/open-database.js";
import type { Finding } from "./finding.js";

/** SQLSTATEs: no such prepared statement, and one of that name already. */
const mixedUp: readonly unknown[] = ["26000", "42P05"];
const clients = 3;

/**
 * Whether each connection has its prepared statements to itself. Several clients prepare the same one in turn, all connected: a pooler
 * that does not track them gives the second the server's connection of the first, where it is there already. Throws what else goes wrong.
 */
export async function checkPrepared(open: () => Promise<OpenDatabase>): Promise<Finding> {
  const opened: OpenDatabase[] = [];
  try {
    for (let client = 1; client <= clients; client++) {
      const database = await open();
      opened.push(database);
      await database.db
        .select({ one: sql`1` })
        .from(sql`pg_class`)
        .limit(1)
        .prepare("sluice_doctor")
        .execute();
    }
    return { check: "prepared statements", ok: true, detail: "each connection keeps its own", advice: null };
  } catch (error) {
    const { code, message } = describeFailure(error);
    if (!mixedUp.includes(code)) throw error;
    const advice =
      "set DATABASE_PREPARE=off, or let the pooler track them (PgBouncer 1.21 and later: max_prepared_statements)";
    return { check: "prepared statements", ok: false, detail: `a pooler mixes them up: ${message}`, advice };
  } finally {
    for (const database of opened) await database.close();
  }
}

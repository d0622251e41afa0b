import { describeFailure } from "@sluice/core";
import { composeApp } from "../compose.js";
import type { Config } from "../config/config.js";
import { type OpenDatabase, openConfiguredDatabase } from "../database/open-database.js";
import type { Finding } from "./finding.js";

/** SQLSTATEs: no such prepared statement, and one of that name already. */
const mixedUp: readonly unknown[] = ["26000", "42P05"];
const clients = 3;

/**
 * Whether each connection has its prepared statements to itself. Several clients prepare the same one in turn, all connected: a pooler
 * that does not track them gives the second the server's connection of the first, where it is there already.
 */
export async function checkPrepared(config: Config): Promise<Finding> {
  const finding = (ok: boolean, detail: string): Finding => ({
    check: "prepared statements",
    ok,
    detail,
    advice: ok
      ? null
      : "set DATABASE_PREPARE=off, or let the pooler track them (PgBouncer 1.21 and later: max_prepared_statements)",
  });
  if (!config.prepare) return finding(true, "are not used (DATABASE_PREPARE=off)");
  const open: OpenDatabase[] = [];
  try {
    for (let client = 1; client <= clients; client++) {
      const database = await openConfiguredDatabase(config);
      open.push(database);
      await composeApp(config, database, () => undefined).store.now();
    }
    return finding(true, "each connection keeps its own");
  } catch (error) {
    const { code, message } = describeFailure(error);
    return finding(false, mixedUp.includes(code) ? `a pooler mixes them up: ${message}` : message);
  } finally {
    for (const database of open) await database.close();
  }
}

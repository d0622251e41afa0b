import { setTimeout as sleep } from "node:timers/promises";
import { describeFailure } from "@sluice/core";
import { checkSchema } from "@sluice/store-drizzle";
import { sql } from "drizzle-orm";
import { composeApp } from "../compose.js";
import type { Config } from "../config/config.js";
import { describeDatabaseError } from "../database/describe-database-error.js";
import { type OpenDatabase, openConfiguredDatabase } from "../database/open-database.js";
import { checkModel } from "./check-model.js";
import { checkPrepared } from "./check-prepared.js";
import type { Finding } from "./finding.js";

/** Nothing is decided by our clock, but logs are read beside the database's times. */
const maxSkewMs = 30_000;
const listenWithinMs = 10_000;

/** Looks at everything that a worker needs. Changes nothing; asks the model one short question. */
export async function checkUp(config: Config): Promise<readonly Finding[]> {
  return [...(await checkDatabase(config)), await checkModel(config)];
}

async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  let database: OpenDatabase;
  try {
    database = await openConfiguredDatabase(config);
  } catch (error) {
    const { message } = describeFailure(error);
    return [
      {
        check: "database",
        ok: false,
        detail: message,
        advice: "set DATABASE_URL, or stop who holds the folder",
      },
    ];
  }
  try {
    await database.db.execute(sql`select 1`);
    return [
      { check: "database", ok: true, detail: `${database.description} answers`, advice: null },
      await checkTables(database),
      await checkClock(database, config),
      // An embedded database has one client; and where they are not used nothing can be mixed up.
      ...(config.databaseUrl !== null && config.prepare
        ? [await checkPrepared(() => openConfiguredDatabase(config))]
        : []),
      await checkListening(database, config),
    ];
  } catch (error) {
    const detail = describeDatabaseError(error, database.description) ?? describeFailure(error).message;
    return [{ check: "database", ok: false, detail, advice: "mend DATABASE_URL or the server" }];
  } finally {
    await database.close();
  }
}

async function checkTables({ db }: OpenDatabase): Promise<Finding> {
  const faults = (await checkSchema(db, ["queue", "ai", "targets"])).filter(({ isFault }) => isFault);
  if (faults.length === 0)
    return { check: "schema", ok: true, detail: "the tables are up to date", advice: null };
  const detail = faults.map(({ text }) => text).join("\n");
  const isPending = faults.every(({ kind }) => kind === "pending");
  return { check: "schema", ok: false, detail, advice: isPending ? "run `sluice migrate`" : "see above" };
}

async function checkClock(database: OpenDatabase, config: Config): Promise<Finding> {
  const { store } = composeApp(config, database, () => undefined);
  const before = Date.now();
  const theirs = await store.now().catch(() => null);
  if (theirs === null)
    return {
      check: "clock",
      ok: false,
      detail: "the database's clock is a function of its tables",
      advice: "run `sluice migrate`",
    };
  const skewMs = Math.round(theirs - (before + Date.now()) / 2);
  const ok = Math.abs(skewMs) <= maxSkewMs;
  const detail = `the database's clock differs from this machine's by ${skewMs} ms`;
  return {
    check: "clock",
    ok,
    detail,
    advice: ok ? null : "set both clocks by NTP: jobs go by the database's, logs by ours",
  };
}

/** LISTEN alone proves nothing: behind a pooler it succeeds, and is lost. The store notifies itself, and says whether that came. */
async function checkListening(database: OpenDatabase, config: Config): Promise<Finding> {
  const remedy = config.behindPooler
    ? "set DATABASE_DIRECT_URL to the server itself"
    : "behind a pooler in transaction mode, set DATABASE_POOLER=transaction, and DATABASE_DIRECT_URL to the server itself";
  const advice = `workers poll until it works. LISTEN needs a connection of its own to the same database: ${remedy}`;
  const bad = (detail: string): Finding => ({ check: "notifications", ok: false, detail, advice });
  if (database.listen === null) return bad("DATABASE_URL leads to a pooler, and there is no way past it");
  const store = composeApp(config, database, () => undefined).store;
  try {
    const stop = await Promise.race([
      store.listen(() => undefined),
      sleep(listenWithinMs, null, { ref: false }),
    ]);
    if (stop === null) return bad("LISTEN got no answer");
    const isHeard = store.supports.notifications;
    await stop();
    if (!isHeard) return bad("LISTEN succeeded, but a notification that was sent did not arrive");
    return { check: "notifications", ok: true, detail: "a notification arrives", advice: null };
  } catch (error) {
    return bad(describeFailure(error).message);
  } finally {
    await store.close();
  }
}

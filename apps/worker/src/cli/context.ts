import type { Logger } from "@sluice/core";
import { type App, composeApp } from "../compose.js";
import { type Config, loadConfig } from "../config/config.js";
import { describeDatabaseError } from "../database/describe-database-error.js";
import { findPending, migrateAll } from "../database/migrations.js";
import { type OpenDatabase, openConfiguredDatabase } from "../database/open-database.js";
import { createLogger } from "../logging/create-logger.js";
import { FailedError } from "./exit-code.js";
import { createTerminal, type Terminal } from "./terminal.js";

/** What commands share: the terminal, and on demand configuration, log and database. */
export interface CommandContext {
  readonly terminal: Terminal;
  readConfig(): Config;
  /** `usual`: the level when the configuration names none. */
  createLogger(config: Config, usual: "info" | "error"): Logger;
  /**
   * Opens the configured database for the time of `use`, and says on standard error when it is the embedded one. Throws a
   * FailedError in plain words when it is the database that fails.
   */
  withDatabase<Result>(use: (database: OpenDatabase, config: Config) => Promise<Result>): Promise<Result>;
  /**
   * The same with all that is built on it. Commands that put jobs in bring the tables up to date (`migrate`); the others do not
   * touch those of a server.
   */
  withApp<Result>(
    use: (app: App, config: Config) => Promise<Result>,
    options?: { readonly migrate?: boolean },
  ): Promise<Result>;
}

export function createContext(): CommandContext {
  const terminal = createTerminal();

  const withDatabase: CommandContext["withDatabase"] = async (use) => {
    const config = loadConfig();
    const database = await openConfiguredDatabase(config);
    if (config.databaseUrl === null) terminal.note(`using the ${database.description}`);
    return await closing(database, () => use(database, config));
  };

  return {
    terminal,
    readConfig: () => loadConfig(),
    createLogger: ({ logLevel }, usual) =>
      createLogger({ level: logLevel ?? usual, isTerminal: process.stderr.isTTY === true }),
    withDatabase,
    withApp: (use, { migrate = false } = {}) =>
      withDatabase(async (database, config) => {
        if (migrate || config.databaseUrl === null) await migrateAll(database.db);
        else await requireTables(database);
        const app = composeApp(config, database);
        try {
          return await use(app, config);
        } finally {
          await app.close();
        }
      }),
  };
}

/** Closes the database after `use`. Throws a FailedError in plain words when it was the database that failed. */
export async function closing<Result>(database: OpenDatabase, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (error) {
    const words = describeDatabaseError(error, database.description);
    throw words === null ? error : new FailedError(words, { cause: error });
  } finally {
    await database.close();
  }
}

async function requireTables({ db, description }: OpenDatabase): Promise<void> {
  const pending = await findPending(db);
  if (pending.length > 0)
    throw new FailedError(
      `${description} lacks ${pending.length} of Sluice's migrations: run \`sluice migrate\` first`,
    );
}

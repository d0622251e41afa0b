import type { Logger } from "@sluice/core";
import type { App } from "../compose.js";
import { type Config, loadConfig } from "../config/config.js";
import type { OpenDatabase } from "../database/open-database.js";
import { FailedError } from "./exit-code.js";
import type { Terminal } from "./terminal.js";

// What takes long to load (drivers, the AI SDK) is loaded by what needs it: `--help` and wrong flags are answered at once.

/** What commands share: the terminal, and on demand configuration, log and database. */
export interface CommandContext {
  readonly terminal: Terminal;
  readConfig(): Config;
  /** With the model and its prices checked, too, which takes the AI SDK. */
  readCheckedConfig(): Promise<Config>;
  /** `usual`: the level when the configuration names none. */
  createLogger(config: Config, usual: "info" | "error"): Promise<Logger>;
  /**
   * Opens the configured database for the time of `use`, and says on standard error when it is the embedded one. Throws a
   * FailedError in plain words when it is the database that fails.
   */
  withDatabase<Result>(
    use: (database: OpenDatabase, config: Config) => Promise<Result>,
    options?: DatabaseChoice,
  ): Promise<Result>;
  /**
   * The same with all that is built on it. Commands that put jobs in bring the tables up to date (`migrate`); the others do not
   * touch those of a server.
   */
  withApp<Result>(
    use: (app: App, config: Config) => Promise<Result>,
    options?: DatabaseChoice & { readonly migrate?: boolean },
  ): Promise<Result>;
}

export interface DatabaseChoice {
  /** What the last demo has left, whatever is configured. */
  readonly demo?: boolean;
  /** Changes nothing: where there is no other database, what the last demo has left will do. */
  readonly looksOnly?: boolean;
}

export function createContext(terminal: Terminal): CommandContext {
  const withDatabase: CommandContext["withDatabase"] = async (
    use,
    { demo = false, looksOnly = false } = {},
  ) => {
    const config = loadConfig();
    const { hasOnlyDemo, openConfiguredDatabase, openDemoDatabase } = await import(
      "../database/open-database.js"
    );
    const { withOpen } = await import("../database/with-open.js");
    const isOfDemo = demo || (looksOnly && hasOnlyDemo(config));
    const database = isOfDemo ? await openDemoDatabase() : await openConfiguredDatabase(config);
    if (isOfDemo || config.databaseUrl === null) terminal.note(`using the ${database.description}`);
    return await withOpen(database, () => use(database, config));
  };

  return {
    terminal,
    readConfig: () => loadConfig(),
    async readCheckedConfig() {
      const { loadCheckedConfig } = await import("../config/load-checked-config.js");
      return loadCheckedConfig();
    },
    async createLogger({ logLevel }, usual) {
      const { createLogger } = await import("../logging/create-logger.js");
      return createLogger({ level: logLevel ?? usual, isTerminal: process.stderr.isTTY === true });
    },
    withDatabase,
    withApp: (use, { migrate = false, ...choice } = {}) =>
      withDatabase(async (database, config) => {
        const { findPending, migrateAll } = await import("../database/migrations.js");
        const { composeApp } = await import("../compose.js");
        if (migrate || choice.demo === true || config.databaseUrl === null)
          await database.withoutLimits(migrateAll);
        else requireTables(database, await findPending(database.db));
        const app = composeApp(config, database, ({ message }) => terminal.warn(message));
        try {
          return await use(app, config);
        } finally {
          await app.close();
        }
      }, choice),
  };
}

function requireTables({ description }: OpenDatabase, pending: readonly string[]): void {
  if (pending.length > 0)
    throw new FailedError(
      `${description} lacks ${pending.length} of Sluice's migrations: run \`sluice migrate\` first`,
    );
}

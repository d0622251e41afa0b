import type { Logger } from "@sluice/core";
import { type App, composeApp } from "../compose.js";
import { type Config, loadConfig } from "../config/config.js";
import { openConfiguredDatabase } from "../database/open-database.js";
import { createLogger } from "../logging/create-logger.js";
import { createTerminal, type Terminal } from "./terminal.js";

/** What commands share: the terminal, and on demand configuration, log and database. */
export interface CommandContext {
  readonly terminal: Terminal;
  readConfig(): Config;
  /** `usual`: the level when the configuration names none. */
  createLogger(config: Config, usual: "info" | "error"): Logger;
  /** Opens the configured database for the time of `use`, and says on standard error when it is the embedded one. */
  withApp<Result>(use: (app: App, config: Config) => Promise<Result>): Promise<Result>;
}

export function createContext(): CommandContext {
  const terminal = createTerminal();
  return {
    terminal,
    readConfig: () => loadConfig(),
    createLogger: ({ logLevel }, usual) =>
      createLogger({ level: logLevel ?? usual, isTerminal: process.stderr.isTTY === true }),
    async withApp(use) {
      const config = loadConfig();
      const database = await openConfiguredDatabase(config);
      if (config.databaseUrl === null) terminal.note(`using the ${database.description}`);
      const app = await composeApp(config, database);
      try {
        return await use(app, config);
      } finally {
        await app.close();
      }
    },
  };
}

export type { TestDatabase } from "./create-database.js";
export { createDatabase } from "./create-database.js";
export { findInstalledPostgres } from "./find-binaries.js";
export type { AnyPostgresServer } from "./open-postgres.js";
export { openPostgres } from "./open-postgres.js";
export type { PostgresSettings, StopMode } from "./server-process.js";
export type { PostgresOptions, PostgresServer } from "./start-postgres.js";
export { startPostgres } from "./start-postgres.js";

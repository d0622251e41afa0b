export {
  createPostgresStore,
  type PostgresStoreOptions,
  type StoreWarning,
} from "./create-postgres-store.js";
export { type FolderHolder, FolderInUseError } from "./embedded/folder-lock.js";
export { type EmbeddedDatabase, openEmbedded } from "./embedded/open-embedded.js";
export { type MigrationSet, migrate, pendingMigrations } from "./migrate.js";
export { checkSchema, type DifferenceKind, type SchemaDifference } from "./schema/check-schema.js";
export { isDatabaseAway } from "./sql/database-error.js";
export type { DrizzleTransaction } from "./transaction.js";
export type { ListenSource } from "./wake/listen-source.js";

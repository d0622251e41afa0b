import { createDatabase, readServerVersion } from "./create-database.js";
import { type PostgresServer, startPostgres } from "./start-postgres.js";

/** What a server offers whose life may be somebody else's. */
export type AnyPostgresServer = Pick<PostgresServer, "url" | "version" | "createDatabase" | "stop">;

/** The server that `DATABASE_URL` names (`stop()` then leaves it running), else a throwaway one of our own. */
export async function openPostgres(url = process.env["DATABASE_URL"]): Promise<AnyPostgresServer> {
  if (!url) return startPostgres();
  return {
    url,
    version: await readServerVersion(url),
    createDatabase: () => createDatabase(url),
    stop: async () => undefined,
  };
}

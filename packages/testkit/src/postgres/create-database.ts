import { randomBytes } from "node:crypto";
import postgres from "postgres";

/** A database of its own on a server that others may use, too. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes it and the copies that were made of it, cutting whoever is still connected. */
  drop(): Promise<void>;
}

const prefix = "sluice_test";

export interface DatabaseOptions {
  /** The name of a database on the same server, of which this one becomes a copy. Nobody may be connected to it. Default: an empty one. */
  readonly template?: string;
}

/** Creates a database on the server that `serverUrl` names; its user must be allowed to. */
export async function createDatabase(
  serverUrl: string,
  { template = "template1" }: DatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `${template.startsWith(prefix) ? template : prefix}_${randomBytes(6).toString("hex")}`;
  // Without fsync, files are copied in a third of the time that it takes to write them to the log.
  await withConnection(
    serverUrl,
    (sql) => sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`,
  );
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    drop: async () => {
      await withConnection(serverUrl, async (sql) => {
        const named = await sql<{ datname: string }[]>`
          select datname from pg_database where datname = ${name} or starts_with(datname, ${`${name}_`})`;
        for (const { datname } of named) await sql`drop database if exists ${sql(datname)} with (force)`;
      });
    },
  };
}

/** "18.4" */
export async function readServerVersion(serverUrl: string): Promise<string> {
  const [row] = await withConnection(serverUrl, (sql) => sql`show server_version`);
  return String(row?.["server_version"]).split(" ")[0] ?? "";
}

async function withConnection<Result>(
  url: string,
  work: (sql: postgres.Sql) => Promise<Result>,
): Promise<Result> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

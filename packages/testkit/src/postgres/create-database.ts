import { randomBytes } from "node:crypto";
import postgres from "postgres";

/** A database of its own on a server that others may use, too. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes it, cutting whoever is still connected. */
  drop(): Promise<void>;
}

export interface DatabaseOptions {
  /** The name of a database on the same server, of which this one becomes a copy. Nobody may be connected to it. Default: an empty one. */
  readonly template?: string;
}

/** Creates a database on the server that `serverUrl` names; its user must be allowed to. */
export async function createDatabase(
  serverUrl: string,
  { template = "template1" }: DatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `sluice_test_${randomBytes(8).toString("hex")}`;
  // Without fsync, files are copied in a third of the time that it takes to write them to the log.
  await runOnce(serverUrl, `create database ${name} template "${template}" strategy file_copy`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    drop: async () => {
      await runOnce(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** "18.4" */
export async function readServerVersion(serverUrl: string): Promise<string> {
  const [row] = await runOnce(serverUrl, "show server_version");
  return String(row?.["server_version"]).split(" ")[0] ?? "";
}

async function runOnce(url: string, statement: string): Promise<readonly postgres.Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

import { createDatabase } from "@sluice/testkit/postgres";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { migrate } from "../src/migrate.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The name of a database with our tables, to copy: a quarter of the time that migrations take. */
    migratedDatabase: string;
  }
}

/** For `globalSetup`, after the one that opens the server. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await createDatabase(project.getProvidedContext().postgresUrl);
  const client = postgres(database.url, { max: 1, onnotice: () => undefined });
  await migrate(drizzle(client));
  await client.end();
  project.provide("migratedDatabase", database.name);
  return database.drop;
}

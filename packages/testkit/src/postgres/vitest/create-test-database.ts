import { inject } from "vitest";
import { createDatabase, type DatabaseOptions, type TestDatabase } from "../create-database.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the PostgreSQL server that all projects of this run share. */
    postgresUrl: string;
  }
}

/** A fresh database on the run's shared server: one per test file. The project needs `globalSetup` for it. */
export async function createTestDatabase(options?: DatabaseOptions): Promise<TestDatabase> {
  return createDatabase(inject("postgresUrl"), options);
}

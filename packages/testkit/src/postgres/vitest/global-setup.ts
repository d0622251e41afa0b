import type { TestProject } from "vitest/node";
import { type AnyPostgresServer, openPostgres } from "../open-postgres.js";
import "./create-test-database.js";

// Vitest loads this file once per project, so what the projects of a run share has to lie outside of it.
const shared = Symbol.for("@sluice/testkit/postgres/vitest");
const run = globalThis as { [shared]?: { server: Promise<AnyPostgresServer>; users: number } };

/** For `globalSetup` in a vitest project: opens the run's shared PostgreSQL with the first project that asks for it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  run[shared] ??= { server: openPostgres(), users: 0 };
  const { server } = run[shared];
  run[shared].users++;
  project.provide("postgresUrl", (await server).url);
  return async () => {
    if (run[shared] && --run[shared].users === 0) await (await server).stop();
  };
}

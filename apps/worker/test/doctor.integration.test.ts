import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { readConfig } from "../src/config/config.js";
import type { OpenDatabase } from "../src/database/open-database.js";
import { checkModel } from "../src/doctor/check-model.js";
import { checkPrepared } from "../src/doctor/check-prepared.js";
import { checkUp } from "../src/doctor/check-up.js";

const database = await createTestDatabase();
afterAll(database.drop);

test("a database without our tables lacks them, and nothing else is said of it", async () => {
  const findings = await checkUp(readConfig({ DATABASE_URL: database.url, AI_MODEL: "embedded:extractive" }));
  const faults = findings.filter(({ ok }) => !ok);
  expect(faults.map(({ check }) => check)).toEqual(["schema", "clock"]);
  for (const { advice } of faults) expect(advice).not.toContain("DATABASE_PREPARE");
});

test("beside an embedded database nobody need have named a model", async () => {
  const found = await checkModel(readConfig({}));
  expect(found).toMatchObject({ ok: true, detail: expect.stringContaining("--embedded"), advice: null });
  expect(await checkModel(readConfig({ DATABASE_URL: database.url }))).toMatchObject({ ok: false });
});

/** One connection to the server, which clients that know nothing of one another use in turn: a pooler that does not track what they prepare. */
async function openThroughOneConnection(): Promise<() => Promise<OpenDatabase>> {
  const connection = new pg.Client({ connectionString: database.url });
  await connection.connect();
  onTestFinished(() => connection.end());
  return async () => {
    // What the driver remembers to have prepared on it.
    Reflect.set(Reflect.get(connection, "connection"), "parsedStatements", {});
    const db = drizzle(connection);
    return {
      db,
      listen: null,
      withoutLimits: (work) => work(db),
      description: "through one connection",
      setNote: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  };
}

test("a pooler that mixes prepared statements up is found, with what to do", async () => {
  expect(await checkPrepared(await openThroughOneConnection())).toMatchObject({
    ok: false,
    detail: expect.stringContaining('"sluice_doctor" already exists'),
    advice: expect.stringContaining("DATABASE_PREPARE=off"),
  });
});

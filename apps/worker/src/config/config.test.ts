import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.js";

test("an empty environment gives the defaults of old", () => {
  expect(readConfig({})).toMatchObject({
    databaseUrl: null,
    model: null,
    concurrency: 1,
    jobDelayMs: 0,
    maxAttempts: 3,
    pollIntervalMs: 5_000,
    batchSize: 5,
    rateLimitPauseMs: 60_000,
  });
});

test("the environment counts before the .env file, also where it says: nothing", () => {
  const file = { variables: { BATCH_SIZE: "7", LEASE_MS: "9000", AI_MODEL: "openai:x" }, faults: [] };
  expect(readConfig({ BATCH_SIZE: "3", AI_MODEL: "" }, file)).toMatchObject({
    batchSize: 3,
    leaseMs: 9_000,
    model: null,
  });
});

test("faults of the .env file and of its values are told together", () => {
  const file = { variables: { BATCH_SIZE: "0" }, faults: [".env line 2: is not NAME=value"] };
  expect(() => readConfig({}, file)).toThrow(
    "  - .env line 2: is not NAME=value\n  - BATCH_SIZE: must be a whole number from 1 to 1000",
  );
});

test("others reach the admin API only with a token", () => {
  expect(() => readConfig({ HTTP_HOST: "0.0.0.0" })).toThrow(/HTTP_HOST: .*ADMIN_TOKEN/);
  expect(() => readConfig({ HTTP_HOST: "0.0.0.0", ADMIN_TOKEN: "short" })).toThrow(/ADMIN_TOKEN: /);
  const { http } = readConfig({ HTTP_HOST: "0.0.0.0", ADMIN_TOKEN: "0123456789abcdef" });
  expect(http).toEqual({ host: "0.0.0.0", port: null, adminToken: "0123456789abcdef" });
});

test("an empty variable counts as unset", () => {
  expect(readConfig({ DATABASE_URL: "", AI_JOB_CONCURRENCY: "  " })).toMatchObject({
    databaseUrl: null,
    concurrency: 1,
  });
});

test.each([
  "postgres://app:hun#ter2@db:5432/app",
  "postgres://app:1#ter2@db:5432/app",
  "postgres://app:1/ter2@db:5432/app",
  "postgres://app:1?ter2@db:5432/app",
])("a password that is not escaped is refused, for parts of it would be shown: %s", (url) => {
  for (const name of ["DATABASE_URL", "DATABASE_DIRECT_URL"])
    expect(() => readConfig({ [name]: url })).toThrow(
      `${name}: must be a URL like postgres://user:password@`,
    );
  expect(readConfig({ DATABASE_URL: "postgres://app:h%40%2F%23@db/app?sslmode=require" })).toMatchObject({
    databaseUrl: "postgres://app:h%40%2F%23@db/app?sslmode=require",
  });
});

test("all faults are told at once, by name and without their values", () => {
  const env = { DATABASE_URL: "mysql://root:hunter2@db/x", AI_JOB_CONCURRENCY: "many", BATCH_SIZE: "0" };
  const read = () => readConfig(env);
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    const faults = error instanceof ConfigError ? error.faults : [];
    expect(faults.map((fault) => fault.split(":")[0])).toEqual([
      "DATABASE_URL",
      "AI_JOB_CONCURRENCY",
      "BATCH_SIZE",
    ]);
    expect(String(error)).not.toContain("hunter2");
  }
});

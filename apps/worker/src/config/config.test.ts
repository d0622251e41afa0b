import { expect, it as test } from "vitest";
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

test("an empty variable counts as unset", () => {
  expect(readConfig({ DATABASE_URL: "", AI_JOB_CONCURRENCY: "  " })).toMatchObject({
    databaseUrl: null,
    concurrency: 1,
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

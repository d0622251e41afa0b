import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startExample } from "./run-example.js";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("a script has its files worked off, and says which could not be", async () => {
  const self = import.meta.filename;
  const sha256 = createHash("sha256").update(readFileSync(self)).digest("hex");
  const script = startExample("own-task/main.js", {
    args: [self, "/no/such/file"],
    env: { DATABASE_URL: database.url },
  });
  const printed = await script.ended;
  expect(printed).toContain(sha256);
  expect(printed).toContain("/no/such/file there is no file /no/such/file");
});

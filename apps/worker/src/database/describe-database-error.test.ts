import { expect, test } from "vitest";
import { describeDatabaseError } from "./describe-database-error.js";

const databaseError = (code: string, message: string) => Object.assign(new Error(message), { code });

test.each([
  ["08P01", "unsupported startup parameter: statement_timeout", "Set DATABASE_POOLER=transaction"],
  ["26000", 'prepared statement "sluice_claim" does not exist', "Set DATABASE_PREPARE=off"],
  ["08006", "connection failure", "the connection was lost"],
])("%s, however deep it is wrapped, is told with what to do: %s", (code, message, words) => {
  const wrapped = new Error("Failed query", { cause: databaseError(code, message) });
  expect(describeDatabaseError(wrapped, "db/app")).toContain("cannot use db/app: ");
  expect(describeDatabaseError(wrapped, "db/app")).toContain(words);
});

test("what is no fault of the database's is not told as one", () => {
  expect(describeDatabaseError(new Error("no such job"), "db/app")).toBeNull();
});

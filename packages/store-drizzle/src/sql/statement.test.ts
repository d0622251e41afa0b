import { expect, test } from "vitest";
import { statement } from "./statement.js";

test("a name that the server would cut is refused: two statements could become one", () => {
  expect(statement("x".repeat(56), "select 1").name).toHaveLength(63);
  expect(() => statement("x".repeat(57), "select 1")).toThrow(RangeError);
});

import { expect, test } from "vitest";
import { describeIssues } from "./standard-schema.js";

test("issues are one line, with the path in front", () => {
  expect(
    describeIssues([
      { message: "expected string", path: ["payload", "articleId"] },
      { message: "too short", path: [{ key: "tags" }, { key: 0 }] },
      { message: "not this one", path: [Symbol("s")] },
      { message: "wrong altogether" },
      { message: "also wrong", path: [] },
    ]),
  ).toBe(
    "payload.articleId: expected string; tags.0: too short; Symbol(s): not this one; wrong altogether; also wrong",
  );
});

test("five are shown, the others are counted", () => {
  const issues = (count: number) => Array.from({ length: count }, (_, index) => ({ message: `m${index}` }));
  expect(describeIssues(issues(5))).toBe("m0; m1; m2; m3; m4");
  expect(describeIssues(issues(8))).toBe("m0; m1; m2; m3; m4; and 3 more");
  expect(describeIssues([])).toBe("");
});

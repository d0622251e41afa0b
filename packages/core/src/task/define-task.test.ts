import { expect, test } from "vitest";
import { anySchema } from "../../test/sample-schema.js";
import { defineTask } from "./define-task.js";

const payload = anySchema<{ articleId: string }>();

test("a task is its type, its payload and its targets", () => {
  expect(defineTask({ type: "translate", payload, targets: ["article"] })).toEqual({
    type: "translate",
    payload,
    targets: ["article"],
  });
  expect(defineTask({ type: "tidy" })).toEqual({ type: "tidy", payload: null, targets: null });
});

test("a schema may be a function, as arktype's are", () => {
  const schema = Object.assign(() => true, payload);
  expect(defineTask({ type: "translate", payload: schema }).payload).toBe(schema);
});

test.each(["", "a\nb", "a\0", "\ud800", "x".repeat(201)])("%j is no type", (type) => {
  expect(() => defineTask({ type })).toThrow(/task type must be 1 to 200 printable characters/);
});

test("a type of 200 characters of any script is one", () => {
  expect(defineTask({ type: "タスク".padEnd(200, "x") }).type).toHaveLength(200);
});

// What follows does not compile; JavaScript callers meet it.
const untyped = defineTask as (definition: unknown) => unknown;

test.each([undefined, 7, null])("%j is no type either", (type) => {
  expect(() => untyped({ type })).toThrow(TypeError);
});

test.each([{}, "string", { "~standard": {} }, { parse: () => 1 }])("%j is no Standard Schema", (schema) => {
  expect(() => untyped({ type: "t", payload: schema })).toThrow(
    /payload of task t must be a Standard Schema/,
  );
});

test.each([
  ["article", /targets of task t must name/],
  [[], /targets of task t must name at least one type/],
  [[""], /a target type must be 1 to 200 printable characters, got ""/],
  [["ok", 7], /a target type must be 1 to 200 printable characters, got 7/],
])("%j are no targets", (targets, message) => {
  expect(() => untyped({ type: "t", targets })).toThrow(message);
});

test.each([undefined, null, "translate"])("%j is no definition", (definition) => {
  expect(() => untyped(definition)).toThrow("`defineTask` takes an object");
});

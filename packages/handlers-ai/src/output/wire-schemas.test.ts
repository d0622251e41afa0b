import { expect, test } from "vitest";
import { summarySchema, topicsSchema } from "./wire-schemas.js";

async function read(schema: typeof summarySchema | typeof topicsSchema, value: unknown): Promise<unknown> {
  const result = await schema.validate?.(value);
  return result?.success === true ? result.value : null;
}

test("what is asked for is strict: everything required, nothing else allowed, no limits", async () => {
  const asked = await topicsSchema.jsonSchema;
  expect(asked).toMatchObject({ type: "object", required: ["topics"], additionalProperties: false });
  expect(JSON.stringify(asked)).not.toMatch(/maxItems|minItems|maxLength|anyOf|default/);
  expect(await summarySchema.jsonSchema).toMatchObject({
    required: ["summary", "keywords"],
    properties: { keywords: { type: "array", items: { type: "string" } } },
  });
});

test.each([
  [
    ["a", "b"],
    ["a", "b"],
  ],
  ["a, b", ["a", " b"]],
  [["a", 1, null], ["a"]],
  [null, []],
  [undefined, []],
])("keywords %j are read as %j", async (keywords, expected) => {
  expect(await read(summarySchema, { summary: "x", keywords })).toEqual({ summary: "x", keywords: expected });
});

test.each([
  [7, 7],
  ["7", 7],
  ["[7]", 7],
  ["first", null],
  [null, null],
  [undefined, null],
])("the message number %j is read as %j", async (fromMessage, expected) => {
  const topic = { summary: "x", keywords: [], purpose: "question", fromMessage, toMessage: 9 };
  expect(await read(topicsSchema, { topics: [topic] })).toEqual({
    topics: [{ ...topic, fromMessage: expected }],
  });
});

test.each([[null], ["text"], [{}], [{ summary: 3, keywords: [] }]])("%j is no summary", async (value) => {
  expect(await read(summarySchema, value)).toBeNull();
});

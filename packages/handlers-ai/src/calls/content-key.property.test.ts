import fc from "fast-check";
import { expect, test } from "vitest";
import { contentKey, type Question } from "./content-key.js";

// Few values, so that equal questions come up.
const word = fc.constantFrom("a", "b", 'a","b', "");
const question: fc.Arbitrary<Question> = fc.record({
  taskType: word,
  model: word,
  prompt: fc.record({
    schemaName: fc.constantFrom("entity_summary", "topics"),
    version: word,
    instructions: word,
    input: word,
  }),
  schemaVersion: word,
  parameters: fc.record({
    maxOutputTokens: fc.constantFrom(1, 2),
    thinkingBudget: fc.constantFrom(null, 0, 1),
  }),
});

test("keys are equal if and only if the questions are", () => {
  fc.assert(
    fc.property(question, question, (one, other) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(contentKey(one) === contentKey(other)).toBe(isSame);
    }),
    { numRuns: 500 },
  );
});

test("each part of a question alone makes another key", () => {
  const base: Question = {
    taskType: "t",
    model: "m",
    prompt: { schemaName: "topics", version: "1", instructions: "i", input: "x" },
    schemaVersion: "1",
    parameters: { maxOutputTokens: 1, thinkingBudget: null },
  };
  const others: readonly Question[] = [
    base,
    { ...base, taskType: "u" },
    { ...base, model: "n" },
    { ...base, schemaVersion: "2" },
    { ...base, parameters: { maxOutputTokens: 2, thinkingBudget: null } },
    { ...base, parameters: { maxOutputTokens: 1, thinkingBudget: 0 } },
    { ...base, prompt: { ...base.prompt, schemaName: "entity_summary" } },
    { ...base, prompt: { ...base.prompt, version: "2" } },
    { ...base, prompt: { ...base.prompt, instructions: "j" } },
    { ...base, prompt: { ...base.prompt, input: "y" } },
  ];
  const keys = others.map(contentKey);
  expect(new Set(keys).size).toBe(others.length);
  expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
});

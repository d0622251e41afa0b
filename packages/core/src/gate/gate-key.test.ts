import { expect, test } from "vitest";
import { modelGateKey, parseGateKey, taskGateKey, toGateKey } from "./gate-key.js";

test("a task has a gate named after its type", () => {
  expect(taskGateKey("generate_topics")).toBe("task:generate_topics");
  expect(parseGateKey("task:generate_topics")).toEqual({ kind: "task", taskType: "generate_topics" });
});

test("the model part of a key may contain colons", () => {
  const name = { provider: "ollama", account: "main", model: "llama3:8b" };
  expect(modelGateKey(name)).toBe("model:ollama:main:llama3:8b");
  expect(parseGateKey("model:ollama:main:llama3:8b")).toEqual({ kind: "model", ...name });
});

test("so may a task type", () => {
  expect(parseGateKey("task:mail:send")).toEqual({ kind: "task", taskType: "mail:send" });
});

test("provider and account may not contain colons, they would be read as another gate", () => {
  expect(() => modelGateKey({ provider: "a:b", account: "c", model: "d" })).toThrow(/provider.*"a:b"/);
  expect(() => modelGateKey({ provider: "a", account: "b:c", model: "d" })).toThrow(/account.*"b:c"/);
});

test.each([
  ["", /no part empty/],
  ["task:", /no part empty/],
  ["model:openai:main", /no part empty/],
  ["model:openai::gpt", /no part empty/],
  ["queue:mail", /task:<taskType> or model:/],
  ["a task:b", /no part empty/],
  ["a model:b:c:d", /no part empty/],
  ["model::b:c", /no part empty/],
  ["model:a:b:", /no part empty/],
  ["task:a\nb", /control character/],
  ["task:\ud800", /control character/],
  [`task:${"x".repeat(508)}`, /at most 512 characters, this one has 513/],
])("%j is no gate key", (text, message) => {
  expect(() => toGateKey(text)).toThrow(message);
});

test("a long text is not repeated in the error", () => {
  expect(() => toGateKey("x".repeat(80))).toThrow(`got "${"x".repeat(80)}"`);
  expect(() => toGateKey("x".repeat(81))).toThrow(`got "${"x".repeat(80)}…"`);
});

test("512 characters are a gate key", () => {
  expect(taskGateKey("x".repeat(507))).toHaveLength(512);
});

import { createAnthropic } from "@ai-sdk/anthropic";
import { type FaultServer, startFaultServer } from "@sluice/testkit/provider";
import { generateText } from "ai";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { MemoryCalls } from "../../test/memory-calls.js";
import { MemoryTargets } from "../../test/memory-targets.js";
import { outcomeOfRun } from "../../test/run-handler.js";
import { codeEntity } from "../../test/targets.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.answer = () => ({ status: 400, body: { error: { message: "no" } } });
});

const sentSchema = z.looseObject({
  reasoning: z.unknown().optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  generationConfig: z.looseObject({ thinkingConfig: z.unknown() }).optional(),
});

function lastSent() {
  return sentSchema.parse(JSON.parse(server.requests.at(-1)?.body ?? "null"));
}

/** What goes over the wire for a job with such a budget. */
async function sentFor(model: string, thinkingBudgetOverride: number) {
  const targets = new MemoryTargets();
  const target = targets.put("a", codeEntity("x"));
  const [key, url] = ["sk-test-0123456789", `${server.url}/v1`];
  const env = {
    OPENAI_API_KEY: key,
    OPENAI_BASE_URL: url,
    ANTHROPIC_API_KEY: key,
    ANTHROPIC_BASE_URL: url,
    GOOGLE_GENERATIVE_AI_API_KEY: key,
    GOOGLE_GENERATIVE_AI_BASE_URL: url,
  };
  await outcomeOfRun(
    { model, env, targets, calls: new MemoryCalls() },
    { target, payload: { thinkingBudgetOverride } },
  );
  return lastSent();
}

test("OpenAI is asked for an effort it has, and for no summary of the thoughts", async () => {
  expect((await sentFor("openai:gpt-5-mini", 2_000)).reasoning).toEqual({ effort: "low" });
  expect((await sentFor("openai:o3-mini", 2_000)).reasoning).toEqual({ effort: "low" });
  expect((await sentFor("openai:o3-mini", 0)).reasoning).toBeUndefined();
  expect((await sentFor("openai:gpt-4o-mini", 0)).reasoning).toBeUndefined();
  expect((await sentFor("openai:gpt-5.1", 0)).reasoning).toEqual({ effort: "none" });
});

test.each([
  "claude-3-7-sonnet-20250219",
  "claude-sonnet-4-0",
  "claude-sonnet-4-20250514",
  "claude-opus-4-1",
  "claude-opus-4-1-20250805",
  "claude-sonnet-4-5",
  "claude-haiku-4-5-20251001",
  "claude-opus-4-5",
  "claude-opus-4-6",
  "claude-sonnet-4-6",
  "claude-opus-4-7",
  "claude-opus-4-8",
  "claude-sonnet-5",
  "claude-opus-5",
  "claude-fable-5-1",
  "claude-opus-5-5",
])("%s thinks in the way that the SDK knows of it", async (modelId) => {
  const sent = await sentFor(`anthropic:${modelId}`, 2_000);
  const model = createAnthropic({ apiKey: "key", baseURL: `${server.url}/v1` })(modelId);
  await generateText({ model, prompt: "x", reasoning: "low", maxRetries: 0 }).catch(() => undefined);
  expect(sent.thinking?.type).toBe(lastSent().thinking?.type);
});

test.each([
  ["gemini-2.5-flash", 200, { thinkingBudget: 200 }],
  ["gemini-2.5-flash", 0, { thinkingBudget: 0 }],
  ["gemini-2.5-flash-lite", 200, { thinkingBudget: 512 }],
  ["gemini-3-pro-preview", 500, { thinkingLevel: "low" }],
])("%s with a budget of %i is told what it takes", async (modelId, budget, told) => {
  expect((await sentFor(`google:${modelId}`, budget)).generationConfig?.thinkingConfig).toEqual(told);
});

import type { TargetRef } from "@sluice/core";
import { type FaultServer, startFaultServer } from "@sluice/testkit/provider";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chatCompletion } from "../../test/chat-completion.js";
import { MemoryCalls } from "../../test/memory-calls.js";
import { MemoryTargets } from "../../test/memory-targets.js";
import { outcomeOfRun, runHandler } from "../../test/run-handler.js";
import { codeEntity } from "../../test/targets.js";

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server[Symbol.asyncDispose]());

let calls: MemoryCalls;
let target: TargetRef;
let targets: MemoryTargets;
beforeEach(() => {
  calls = new MemoryCalls();
  targets = new MemoryTargets();
  target = targets.put("a", codeEntity("export const a = 1;"));
  server.requests.length = 0;
});

const options = () => ({
  model: "openai-compatible:test-model",
  env: { OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1` },
  targets,
  calls,
});

const run = () => runHandler(options(), { target });

test("JSON in a code block is JSON", async () => {
  server.answer = () => chatCompletion('```json\n{"summary":"x","keywords":["y"]}\n```');
  expect((await run()).result).toMatchObject({ summary: "x", keywords: ["y"] });
});

test.each([
  ["a thought", '<think>{"summary"}?</think>\n\n{"summary":"x","keywords":["y"]}'],
  ["words before a code block", 'Here it is:\n```json\n{"summary":"x","keywords":["y"]}\n```'],
  ["words behind a code block", '```json\n{"summary":"x","keywords":["y"]}\n```\nHope this helps!'],
  ["words on both sides", 'Sure! {"summary":"x","keywords":["y"]} Hope this helps!'],
])("JSON with %s around it is JSON; the ledger keeps what came", async (_, text) => {
  server.answer = () => chatCompletion(text);
  expect((await run()).result).toMatchObject({ summary: "x", keywords: ["y"] });
  expect(calls.calls).toMatchObject([{ state: "received", isUnusable: false, answer: { text } }]);
  expect((await run()).result).toMatchObject({ summary: "x", keywords: ["y"] });
  expect(server.requests).toHaveLength(1);
});

test("the embedded model answers to all of the content, not to what another had in common with it", async () => {
  const summaryOf = async (subject: string) => {
    const lines = (words: string) => `${words}\n`.repeat(2_000);
    const text = `${lines("The garden keeps its fence.")}${`The ${subject} controls every pump of the plant.\n`.repeat(500)}${lines("The garden has a gate.")}`;
    const document = { type: "project_document", path: "a", title: null, format: "text", text } as const;
    const settings = { target: targets.put(subject, document) };
    return runHandler({ ...options(), model: "embedded:extractive", maxInputLength: 2_000 }, settings);
  };
  const [reactor, turbine] = [await summaryOf("reactor"), await summaryOf("turbine")];
  expect(reactor.result).not.toEqual(turbine.result);
  expect([reactor.asked, turbine.asked]).toEqual([true, true]);
  expect(calls.calls.map(({ state }) => state)).toEqual(["received", "received"]);
});

test("the key is not kept, whatever it looks like, when the provider repeats it", async () => {
  const key = "marmot.hibernates.soundly";
  const env = { ...options().env, OPENAI_COMPATIBLE_API_KEY: key };
  const message = `Incorrect API key provided: ${key}. You used (${key}) here.`;
  server.answer = () => ({ status: 401, body: { error: { message } } });
  const ended = await outcomeOfRun({ ...options(), env }, { target });
  expect(ended.outcome).toMatchObject({ type: "blocked", reason: "auth" });
  expect(JSON.stringify([ended.outcome, calls.calls])).toContain("You used ([redacted]) here");
  expect(JSON.stringify([ended.outcome, calls.calls])).not.toContain(key);
});

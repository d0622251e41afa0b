import { type Logger, RunAborted, type TargetRef } from "@sluice/core";
import { type FaultServer, startFaultServer } from "@sluice/testkit/provider";
import { MockLanguageModelV4 } from "ai/test";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chatCompletion } from "../../test/chat-completion.js";
import { MemoryCalls } from "../../test/memory-calls.js";
import { MemoryTargets } from "../../test/memory-targets.js";
import { outcomeOfRun, type RunSettings, runHandler } from "../../test/run-handler.js";
import { codeEntity } from "../../test/targets.js";

const good = chatCompletion('{"summary":"Parses dates.","keywords":["date"]}');
const otherJobId = "01890a5d-ac96-774b-bcce-b302099a8058";

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
  server.answer = () => good;
});

const options = () => ({
  model: "openai-compatible:test-model",
  env: { OPENAI_COMPATIBLE_BASE_URL: `${server.url}/v1` },
  targets,
  calls,
});

const run = (settings: Partial<RunSettings> = {}) => runHandler(options(), { target, ...settings });
const outcome = (settings: Partial<RunSettings> = {}) => outcomeOfRun(options(), { target, ...settings });

test("a stored answer is given again for nothing, to any job that asks the same", async () => {
  const first = await run();
  const second = await run({ jobId: otherJobId });
  expect(second.result).toEqual(first.result);
  expect(second.usage).toMatchObject({ inputTokens: 0, outputTokens: 0, costUsd: "0" });
  expect([first.asked, second.asked]).toEqual([true, false]);
  expect(server.requests).toHaveLength(1);
  expect(calls.calls).toHaveLength(1);
});

test("a fresh job asks anew, but pays once however often it runs", async () => {
  await run();
  const fresh = { jobId: otherJobId, payload: { fresh: true } };
  await run(fresh);
  expect(server.requests).toHaveLength(2);
  await run({ ...fresh, attempt: 2 });
  expect(server.requests).toHaveLength(2);
});

test("a fresh job that was put off does not settle for the old answer", async () => {
  await run();
  server.answer = () => ({ status: 429 });
  const fresh = { jobId: otherJobId, payload: { fresh: true } };
  expect((await outcome(fresh)).outcome.type).toBe("rate_limited");
  server.answer = () => good;
  await run({ ...fresh, deferrals: 1 });
  expect(server.requests).toHaveLength(3);
});

test.each([
  ["malformed", chatCompletion('{"summary": "x", "keywords": [1,'), "output_invalid"],
  ["of another shape", chatCompletion('{"answer": 42}'), "output_invalid"],
  ["cut off", chatCompletion('{"summary": "cut o', { finishReason: "length" }), "output_invalid"],
  ["cut off before the first word", chatCompletion("", { finishReason: "length" }), "output_invalid"],
  ["empty", chatCompletion(""), "output_invalid"],
  ["well-formed, and says nothing", chatCompletion('{"summary": " ", "keywords": []}'), "output_invalid"],
  ["filtered", chatCompletion("I cannot", { finishReason: "content_filter" }), "permanent"],
  ["filtered away", chatCompletion("", { finishReason: "content_filter" }), "permanent"],
])("an answer that is %s is billed, and never reused", async (_, answer, type) => {
  server.answer = () => answer;
  const ended = await outcome();
  expect(ended.outcome.type).toBe(type);
  expect(ended.usage).toMatchObject({ inputTokens: 210, outputTokens: 33 });
  expect(calls.calls).toMatchObject([{ state: "received", isUnusable: true, usage: { inputTokens: 210 } }]);
  server.answer = () => good;
  await run({ attempt: 2 });
  expect(server.requests).toHaveLength(2);
});

test("an answer that was filtered but is whole is used", async () => {
  server.answer = () => chatCompletion('{"summary":"x","keywords":[]}', { finishReason: "content_filter" });
  expect((await run()).result).toMatchObject({ summary: "x" });
});

test("a stored answer that turns out to be of no use is asked for again", async () => {
  await run();
  const [call] = calls.calls;
  if (call !== undefined) call.answer = { ...(call.answer as object), text: "no JSON any more" };
  expect((await outcome()).outcome.type).toBe("output_invalid");
  expect(server.requests).toHaveLength(1);
  await run({ attempt: 2 });
  expect(server.requests).toHaveLength(2);
});

test("what another version stored is as good as nothing", async () => {
  await run();
  const [call] = calls.calls;
  if (call !== undefined) call.answer = { content: "of another shape" };
  await run();
  expect(server.requests).toHaveLength(2);
});

test.each([
  [{ status: 429 }, "failed", "http_429"],
  [{ status: 500 }, "failed", "http_500"],
  [{ status: 400 }, "failed", "http_400"],
  [{ status: 408 }, "unknown", "http_408"],
  [{ status: 499 }, "unknown", "http_499"],
  [{ status: 504 }, "unknown", "http_504"],
  [{ status: 524 }, "unknown", "http_524"],
  [{ status: 400, body: { error: { code: "json_validate_failed" } } }, "unknown", "http_400"],
  [{ status: 200, rawBody: '{"id":"x","choi', drop: true }, "unknown", "http_200"],
])("the end of a failed call is noted (%#)", async (answer, state, code) => {
  server.answer = () => answer;
  await outcome();
  expect(calls.calls).toMatchObject([{ state, code }]);
});

test("a connection that was refused cost nothing, one that was lost may have", async () => {
  server.answer = () => ({ status: 0, drop: true });
  expect((await outcome()).outcome.type).toBe("unavailable");
  const gone = await startFaultServer();
  const env = { OPENAI_COMPATIBLE_BASE_URL: `${gone.url}/v1` };
  await gone[Symbol.asyncDispose]();
  expect((await outcomeOfRun({ ...options(), env }, { target })).outcome.type).toBe("unavailable");
  expect(calls.calls.map(({ state }) => state)).toEqual(["unknown", "failed"]);
});

/** Collects what is logged as an error. */
function collectingLogger(): { readonly logger: Logger; readonly errors: object[] } {
  const errors: object[] = [];
  const ignore = () => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (fields) => {
      errors.push(fields);
    },
    child: () => logger,
  };
  return { logger, errors };
}

test("an answer that somebody stores between our look and our note is used, and nothing is paid", async () => {
  const paid = await run();
  const find = calls.find.bind(calls);
  let looks = 0;
  calls.find = async (contentKey) => (looks++ === 0 ? null : find(contentKey));
  const again = await run();
  expect(again.result).toEqual(paid.result);
  expect(again.usage).toMatchObject({ inputTokens: 0 });
  expect(server.requests).toHaveLength(1);
  expect(calls.calls).toMatchObject([{ state: "received" }, { state: "failed", code: "answered_meanwhile" }]);
});

test("a ledger that fails does not hide why the call failed", async () => {
  calls.failing.add("recordFailed");
  server.answer = () => ({ status: 429, headers: { "retry-after": "7" } });
  const { logger, errors } = collectingLogger();
  expect((await outcome({ logger })).outcome).toMatchObject({ type: "rate_limited", waitMs: 7_000 });
  expect(errors).toEqual([{ callId: "call-0", error: "Error" }]);
  expect(calls.calls).toMatchObject([{ state: "sent" }]);
});

test("a ledger that fails does not throw a paid answer away", async () => {
  calls.failing.add("recordReceived");
  const { logger, errors } = collectingLogger();
  expect(await run({ logger })).toMatchObject({
    result: { summary: "Parses dates." },
    usage: { inputTokens: 210 },
  });
  expect(errors).toHaveLength(1);
});

test("a ledger that fails does not hide that an answer is unusable", async () => {
  calls.failing.add("recordUnusable");
  server.answer = () => chatCompletion("no JSON");
  const { logger, errors } = collectingLogger();
  const ended = await outcome({ logger });
  expect(ended.outcome.type).toBe("output_invalid");
  expect(ended.usage).toMatchObject({ inputTokens: 210 });
  expect(errors).toHaveLength(1);
});

test.each(["find", "recordSent"] as const)(
  "a ledger whose %s fails stops the run before it costs anything, and is not taken for the provider",
  async (operation) => {
    calls.failing.add(operation);
    expect((await outcome()).outcome.type).toBe("handler_error");
    expect(server.requests).toEqual([]);
  },
);

test.each(["shutdown", "cancelled", "lease-lost"] as const)(
  "a run that is told to stop (%s) before the call makes none",
  async (code) => {
    const reason = new RunAborted(code, "stop");
    await expect(run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
    expect(calls.calls).toEqual([]);
  },
);

test("a run that is told to stop while the answer comes in says so, and the call may be on the bill", async () => {
  const controller = new AbortController();
  const reason = new RunAborted("timeout", "too long");
  server.answer = () => {
    controller.abort(reason);
    return good;
  };
  await expect(run({ signal: controller.signal })).rejects.toBe(reason);
  expect(calls.calls).toMatchObject([{ state: "unknown", code: "timeout" }]);
});

test("a run that is told to stop says so, whatever is wrong with the answer that had come", async () => {
  const controller = new AbortController();
  const reason = new RunAborted("timeout", "too long");
  const model = new MockLanguageModelV4({
    doGenerate: async () => {
      controller.abort(reason);
      return {
        content: [{ type: "text", text: "no JSON" }],
        finishReason: { unified: "stop", raw: "stop" },
        usage: {
          inputTokens: { total: 210, noCache: 210, cacheRead: 0, cacheWrite: 0 },
          outputTokens: { total: 2, text: 2, reasoning: 0 },
        },
        warnings: [],
      };
    },
  });
  const ended = runHandler({ ...options(), model }, { target, signal: controller.signal });
  await expect(ended).rejects.toBe(reason);
  expect(calls.calls).toMatchObject([{ state: "received", isUnusable: true, usage: { inputTokens: 210 } }]);
});

import { type CallLedger, type CallRequest, makeJobId, type RunUsage } from "@sluice/core";
import { systemRandom } from "@sluice/runner";
import { Registry } from "prom-client";
import { beforeEach, expect, test } from "vitest";
import { recordCallMetrics } from "./call-metrics.js";

const request: CallRequest = {
  contentKey: "key",
  taskType: "generate_topics",
  model: "openai:gpt-5-mini",
  jobId: makeJobId(0, systemRandom),
  leaseNo: 1,
};
const usage: RunUsage = {
  model: "openai:gpt-5-mini",
  inputTokens: 1_000,
  cachedInputTokens: 200,
  outputTokens: 50,
  costUsd: "0.0125",
};

let register: Registry;
let noted: string[];
let ledger: CallLedger;
beforeEach(() => {
  register = new Registry();
  noted = [];
  let calls = 0;
  ledger = recordCallMetrics(
    {
      find: () => Promise.resolve(null),
      recordSent: () => Promise.resolve(`call-${++calls}`),
      recordReceived: (callId) => note(`received ${callId}`),
      recordFailed: (callId, { state }) => note(`${state} ${callId}`),
      recordUnusable: (callId) => note(`unusable ${callId}`),
    },
    register,
    { model: "openai:gpt-5-mini" },
  );
});

function note(line: string): Promise<void> {
  noted.push(line);
  return Promise.resolve();
}

async function receive(answer: RunUsage): Promise<void> {
  const callId = await ledger.recordSent(request);
  await ledger.recordReceived(callId, { answer: {}, usage: answer, priceDate: null });
}

test("an answer counts once, with its tokens and its cost", async () => {
  await receive(usage);
  await receive(usage);
  const metrics = await register.metrics();
  const model = 'model="openai:gpt-5-mini"';
  expect(metrics).toContain(`sluice_model_call_duration_seconds_count{${model},state="received"} 2`);
  expect(metrics).toContain(`sluice_model_tokens_total{${model},kind="input"} 2000`);
  expect(metrics).toContain(`sluice_model_tokens_total{${model},kind="cached_input"} 400`);
  expect(metrics).toContain(`sluice_model_tokens_total{${model},kind="output"} 100`);
  expect(metrics).toContain(`sluice_model_cost_usd_total{${model}} 0.025`);
  expect(metrics).toContain(`sluice_model_unpriced_calls_total{${model}} 0`);
});

test("a cost that is not known is not counted as nothing, but as unknown", async () => {
  await receive({ ...usage, costUsd: null, inputTokens: null });
  const metrics = await register.metrics();
  expect(metrics).toContain('sluice_model_unpriced_calls_total{model="openai:gpt-5-mini"} 1');
  expect(metrics).not.toContain("sluice_model_cost_usd_total{");
});

test("a call that failed has a duration and no bill", async () => {
  await ledger.recordFailed(await ledger.recordSent(request), { state: "unknown", code: "timeout" });
  const metrics = await register.metrics();
  expect(metrics).toContain(
    'sluice_model_call_duration_seconds_count{model="openai:gpt-5-mini",state="unknown"} 1',
  );
  expect(metrics).not.toContain("sluice_model_tokens_total{");
});

test("the ledger behind it is told everything", async () => {
  await receive(usage);
  await ledger.recordFailed(await ledger.recordSent(request), { state: "failed", code: "x" });
  await ledger.recordUnusable("call-1");
  expect(noted).toEqual(["received call-1", "failed call-2", "unusable call-1"]);
});

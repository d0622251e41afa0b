import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { RunAborted, type RunOutcome } from "@sluice/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type FaultServer, startFaultServer } from "../../test/fault-server.js";
import { MemoryCalls } from "../../test/memory-calls.js";
import { MemoryTargets } from "../../test/memory-targets.js";
import { outcomeOfRun, runHandler } from "../../test/run-handler.js";
import { type SdkModel, sdkModels, testKey } from "../../test/sdk-models.js";

const expectation = z.strictObject({
  /** Of ours; of a list, any will do. */
  outcome: z.union([z.string(), z.array(z.string())]),
  reason: z.string().optional(),
  /** From, to. */
  waitMs: z.tuple([z.number(), z.number()]).optional(),
  scope: z.enum(["minute", "day"]).optional(),
  usageIn: z.number().optional(),
  cached: z.number().optional(),
});

const cases = z
  .array(
    z.strictObject({
      id: z.string(),
      via: z.enum(Object.keys(sdkModels) as SdkModel[]),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown().optional(),
      rawBody: z.string().optional(),
      drop: z.boolean().optional(),
      hang: z.boolean().optional(),
      expect: expectation,
    }),
  )
  .parse(
    JSON.parse(readFileSync(new URL("../../test/fixtures/provider-errors.json", import.meta.url), "utf8")),
  );

const secretSource = "export const launchCode = 'swordfish-4711';";

const targets = new MemoryTargets();
const target = targets.put("launch.ts", {
  type: "code_entity",
  kind: "constant",
  name: "launchCode",
  container: null,
  language: "typescript",
  path: "launch.ts",
  startLine: 1,
  endLine: 1,
  documentation: null,
  source: secretSource,
});

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const optionsFor = (via: SdkModel) => ({
  model: sdkModels[via](server.url),
  targets,
  calls: new MemoryCalls(),
});

test("there are enough cases, and some of each provider", () => {
  expect(cases.length).toBeGreaterThan(45);
  expect(new Set(cases.map(({ via }) => via))).toEqual(new Set(Object.keys(sdkModels)));
});

const answered = cases.filter(({ hang }) => hang !== true);

test.each(answered)("$via: $id", async ({ via, expect: expected, ...answer }) => {
  server.answer = () => answer;
  const { outcome, usage, error } = await outcomeOfRun(optionsFor(via), { target });

  expect([expected.outcome].flat()).toContain(outcome.type);
  if (expected.reason !== undefined) expect(reasonsOf(outcome)).toContain(expected.reason);
  if (expected.scope !== undefined) expect(outcome).toHaveProperty("scope", expected.scope);
  if (expected.waitMs !== undefined) {
    const waitMs = "waitMs" in outcome ? outcome.waitMs : null;
    expect(waitMs).toBeGreaterThanOrEqual(expected.waitMs[0]);
    expect(waitMs).toBeLessThanOrEqual(expected.waitMs[1]);
  }
  if (expected.usageIn !== undefined) expect(usage?.inputTokens).toBe(expected.usageIn);
  if (expected.cached !== undefined) expect(usage?.cachedInputTokens).toBe(expected.cached);

  const shown = inspect(error, { depth: 20, showHidden: true });
  expect(server.requests.at(-1)?.body).toContain("swordfish-4711");
  expect(shown).not.toContain("swordfish-4711");
  expect(shown).not.toContain(testKey);
});

const hanging = cases.filter(({ hang }) => hang === true);

test.each(hanging)(
  "$via: $id surfaces as the reason of the signal",
  async ({ via, expect: expected, ...answer }) => {
    server.answer = () => answer;
    const controller = new AbortController();
    const timeout = new RunAborted("timeout", "the job took longer than 120000 ms");
    const options = optionsFor(via);
    const run = runHandler(options, { target, signal: controller.signal });
    await server.nextRequest();
    controller.abort(timeout);
    await expect(run).rejects.toBe(timeout);
    expect(timeout.code).toBe(expected.outcome);
    expect(options.calls.calls).toMatchObject([{ state: "unknown", code: "timeout" }]);
  },
);

/** Where our outcomes keep what a case calls its reason. */
function reasonsOf(outcome: RunOutcome): readonly string[] {
  switch (outcome.type) {
    case "blocked":
      return [outcome.reason];
    case "permanent":
      return [outcome.failure.code];
    case "output_invalid":
      return [...outcome.failure.message.matchAll(/\((\w+)\)/g)].map(([, reason = ""]) => reason);
    case "transient":
      return outcome.failure.message.startsWith("an answer that is none") ? ["invalid_response"] : [];
    default:
      return [];
  }
}

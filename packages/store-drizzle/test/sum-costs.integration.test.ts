import { createHash, randomUUID } from "node:crypto";
import { toJobId } from "@sluice/core";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aiCalls } from "../src/ai/ai-calls-table.js";
import { createCallLedger } from "../src/ai/call-ledger.js";
import { migrateCalls } from "../src/ai/migrate-calls.js";
import { sumCosts } from "../src/ai/sum-costs.js";
import { databases, type OpenDatabase } from "./databases.js";

const thisJob = toJobId("01890a5d-ac96-774b-bcce-b302099a8057");
const otherJob = toJobId("01890a5d-ac96-774b-bcce-b302099a8058");

describe.each(databases)("costs on %s", (_name, open) => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = await open();
    await migrateCalls(database.db);
    await call({ jobId: thisJob, sentAt: "2026-11-01T23:59:59Z", costUsd: "0.1", tokens: 10 });
    await call({ jobId: thisJob, sentAt: "2026-11-02T00:00:00Z", costUsd: "0.2", tokens: 20 });
    await call({ jobId: otherJob, sentAt: "2026-11-02T12:00:00Z", costUsd: null, tokens: null });
    await call({
      jobId: otherJob,
      sentAt: "2026-11-02T12:00:00Z",
      taskType: "generate_topics",
      end: "failed",
    });
    await call({ jobId: otherJob, sentAt: "2026-11-02T12:00:00Z", taskType: "generate_topics", end: "none" });
  });
  afterAll(() => database.close());

  async function call(settings: {
    jobId: typeof thisJob;
    sentAt: string;
    taskType?: string;
    costUsd?: string | null;
    tokens?: number | null;
    end?: "received" | "failed" | "none";
  }) {
    const { jobId, sentAt, taskType = "enrich", costUsd = null, tokens = null, end = "received" } = settings;
    const ledger = createCallLedger({ db: database.db });
    const contentKey = createHash("sha256").update(randomUUID()).digest("hex");
    const callId = await ledger.recordSent({ contentKey, taskType, model: "m:1", jobId, leaseNo: 1 });
    await database.db
      .update(aiCalls)
      .set({ sentAt: new Date(sentAt) })
      .where(eq(aiCalls.id, callId));
    const usage = { model: "m:1", inputTokens: tokens, cachedInputTokens: 0, outputTokens: tokens, costUsd };
    if (end === "received")
      await ledger.recordReceived(callId, { answer: "x", usage, priceDate: "2026-09-23" });
    if (end === "failed") await ledger.recordFailed(callId, { state: "failed", code: "http_429" });
  }

  test("all calls together: known costs to the last digit, and how much is missing from them", async () => {
    expect(await sumCosts(database.db)).toEqual([
      {
        day: null,
        jobId: null,
        model: null,
        taskType: null,
        calls: 5,
        answered: 3,
        uncertain: 1,
        unpriced: 1,
        inputTokens: 30,
        cachedInputTokens: 0,
        outputTokens: 30,
        costUsd: "0.3",
      },
    ]);
  });

  test("per day of UTC, the latest first", async () => {
    expect(await sumCosts(database.db, { by: ["day"] })).toMatchObject([
      { day: "2026-11-02", calls: 4, costUsd: "0.2" },
      { day: "2026-11-01", calls: 1, costUsd: "0.1" },
    ]);
  });

  test("per job, the dearest first; a cost that nobody knows is null, never 0", async () => {
    expect(await sumCosts(database.db, { by: ["jobId"] })).toMatchObject([
      { jobId: thisJob, answered: 2, unpriced: 0, costUsd: "0.3" },
      { jobId: otherJob, answered: 1, unpriced: 1, uncertain: 1, inputTokens: null, costUsd: null },
    ]);
  });

  test("per task type and model at once, of one job, in a span of time", async () => {
    const sums = await sumCosts(database.db, {
      by: ["taskType", "model"],
      jobId: thisJob,
      from: new Date("2026-11-02T00:00:00Z"),
      until: new Date("2026-11-03T00:00:00Z"),
    });
    expect(sums).toMatchObject([{ taskType: "enrich", model: "m:1", day: null, calls: 1, costUsd: "0.2" }]);
    expect(sums).toHaveLength(1);
    expect(await sumCosts(database.db, { by: ["taskType"], taskType: "generate_topics" })).toMatchObject([
      { taskType: "generate_topics", calls: 2, answered: 0, uncertain: 1, costUsd: null },
    ]);
  });

  test("no calls are no groups, and one sum of nothing", async () => {
    expect(await sumCosts(database.db, { by: ["day"], model: "m:2" })).toEqual([]);
    expect(await sumCosts(database.db, { model: "m:2" })).toMatchObject([{ calls: 0, costUsd: null }]);
  });
});

import type { CallLedger, CallRequest } from "@sluice/core";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aiCalls } from "../src/ai/ai-calls-table.js";
import { createCallLedger } from "../src/ai/call-ledger.js";
import { migrateCalls } from "../src/ai/migrate-calls.js";
import { databases, type OpenDatabase } from "./databases.js";
import { newId } from "./sample-jobs.js";

const usage = {
  model: "m:1",
  inputTokens: 12,
  cachedInputTokens: 0,
  outputTokens: null,
  costUsd: "0.000012345678901",
};

describe.each(databases)("the calls ledger on %s", (_name, open) => {
  let database: OpenDatabase;
  let calls: CallLedger;

  beforeAll(async () => {
    database = await open();
    await migrateCalls(database.db);
    calls = createCallLedger({ db: database.db });
  });
  afterAll(() => database.close());

  const row = async (callId: string) =>
    (await database.db.select().from(aiCalls).where(eq(aiCalls.id, callId)))[0];

  /** PGlite's clock knows only milliseconds: two answers may come within one. */
  const clockMovesOn = () =>
    database.db.execute(sql`do $$ declare begun timestamptz := clock_timestamp(); begin
      while clock_timestamp() <= begun loop null; end loop; end $$`);

  test("a question is answered from the ledger once its answer is in, with cost and tokens as they were", async () => {
    const callId = await calls.recordSent(question("answered"));
    expect(await calls.find("answered")).toBeNull();
    await calls.recordReceived(callId, { answer: { text: "forty-two" }, usage });
    expect(await calls.find("answered")).toEqual({ callId, answer: { text: "forty-two" }, usage });
    expect(await calls.find("another question")).toBeNull();
  });

  test("an answer that could not be used is kept for the bill, and never answered again", async () => {
    const callId = await calls.recordSent(question("unusable"));
    await calls.recordReceived(callId, { answer: "garbage", usage });
    await calls.recordUnusable(callId);
    expect(await calls.find("unusable")).toBeNull();
    expect(await row(callId)).toMatchObject({
      state: "received",
      unusable: true,
      costUsd: "0.000012345678901",
    });
  });

  test("of two answers to one question, the later one is given", async () => {
    const first = await calls.recordSent(question("twice"));
    const second = await calls.recordSent(question("twice"));
    await calls.recordReceived(second, { answer: "second", usage });
    await clockMovesOn();
    await calls.recordReceived(first, { answer: "first, but later", usage });
    expect((await calls.find("twice"))?.answer).toBe("first, but later");
  });

  test("a call ends once: a late failure does not take back what was received", async () => {
    const callId = await calls.recordSent(question("late"));
    await calls.recordReceived(callId, { answer: "in time", usage });
    await calls.recordFailed(callId, { state: "unknown", code: "TimeoutError" });
    expect(await row(callId)).toMatchObject({ state: "received", errorCode: null });
  });

  test("a call that was sent and never ended stays visible as sent", async () => {
    const callId = await calls.recordSent(question("crashed"));
    expect(await row(callId)).toMatchObject({
      state: "sent",
      endedAt: null,
      inputTokens: null,
      costUsd: null,
    });
  });
});

function question(contentKey: string): CallRequest {
  return { contentKey, taskType: "translate", model: "m:1", jobId: newId(), leaseNo: 1 };
}

import type { CallLedger, CallRequest } from "@sluice/core";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aiCalls } from "../src/ai/ai-calls-table.js";
import { createCallLedger } from "../src/ai/call-ledger.js";
import { migrateCalls } from "../src/ai/migrate-calls.js";
import { pruneCalls } from "../src/ai/prune-calls.js";
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
    await calls.recordReceived(callId, { answer: { text: "forty-two" }, usage, priceDate: "2026-09-23" });
    expect(await calls.find("answered")).toEqual({ callId, answer: { text: "forty-two" }, usage });
    expect(await row(callId)).toMatchObject({ state: "received", priceDate: "2026-09-23" });
    expect(await calls.find("another question")).toBeNull();
  });

  test("an answer that could not be used is kept for the bill, and never answered again", async () => {
    const callId = await calls.recordSent(question("unusable"));
    await calls.recordReceived(callId, { answer: "garbage", usage, priceDate: null });
    await calls.recordUnusable(callId);
    expect(await calls.find("unusable")).toBeNull();
    expect(await row(callId)).toMatchObject({
      state: "received",
      unusable: true,
      costUsd: "0.000012345678901",
    });
  });

  test("old calls go with new ones, and at once when somebody asks, the oldest first", async () => {
    const keepMs = 3_600_000;
    const old = [question("old-1"), question("old-2"), question("old-3"), question("old-4")];
    const ids: string[] = [];
    for (const each of old) ids.push(await calls.recordSent(each));
    for (const [index, id] of ids.entries())
      await database.db.execute(
        sql`update sluice.ai_calls set sent_at = now() - ${9 - index}::int * interval '1 hour' where id = ${id}`,
      );
    const left = async () => (await Promise.all(ids.map(row))).flatMap((each) => each?.id ?? []);
    await createCallLedger({ db: database.db }).recordSent(question("new"));
    expect(await left()).toEqual(ids);
    await createCallLedger({ db: database.db, keepMs }).recordSent(question("new"));
    expect(await left()).toEqual(ids.slice(2));
    expect(await pruneCalls(database.db, { keepMs, limit: 1 })).toBe(1);
    expect(await left()).toEqual(ids.slice(3));
    expect(await pruneCalls(database.db, { keepMs, limit: 100 })).toBeGreaterThanOrEqual(1);
    expect(await left()).toEqual([]);
  });

  test.each([{ keepMs: -1 }, { keepMs: Number.NaN }, { limit: 0 }, { limit: 0.5 }])(
    "to prune by %o is refused",
    async (wrong) => {
      await expect(pruneCalls(database.db, { keepMs: 1, limit: 1, ...wrong })).rejects.toThrow(RangeError);
    },
  );

  test("of two answers to one question, the later one is given", async () => {
    const first = await calls.recordSent(question("twice"));
    const second = await calls.recordSent(question("twice"));
    await calls.recordReceived(second, { answer: "second", usage, priceDate: null });
    await clockMovesOn();
    await calls.recordReceived(first, { answer: "first, but later", usage, priceDate: null });
    expect((await calls.find("twice"))?.answer).toBe("first, but later");
  });

  test("a call ends once: a late failure does not take back what was received", async () => {
    const callId = await calls.recordSent(question("late"));
    await calls.recordReceived(callId, { answer: "in time", usage, priceDate: null });
    await calls.recordFailed(callId, { state: "unknown", code: "TimeoutError" });
    expect(await row(callId)).toMatchObject({ state: "received", errorCode: null });
  });

  test("what a crashed run left behind is unknown once its job asks again; what is under way elsewhere is left alone", async () => {
    const crashed = question("crashed");
    const left = await calls.recordSent(crashed);
    const elsewhere = await calls.recordSent(question("elsewhere"));
    expect(await row(left)).toMatchObject({ state: "sent", endedAt: null, inputTokens: null, costUsd: null });
    await calls.recordSent({ ...crashed, leaseNo: 2 });
    expect(await row(left)).toMatchObject({ state: "unknown", errorCode: "worker_lost", costUsd: null });
    expect(await row(elsewhere)).toMatchObject({ state: "sent" });
  });

  test("a call of a job that never asks again is unknown after a day, when anybody asks anything", async () => {
    const left = await calls.recordSent(question("left"));
    await database.db
      .update(aiCalls)
      .set({ sentAt: sql`clock_timestamp() - interval '25 hours'` })
      .where(eq(aiCalls.id, left));
    await calls.recordSent(question("something else"));
    expect(await row(left)).toMatchObject({ state: "unknown", errorCode: "worker_lost" });
  });

  test("an answer that comes after all is kept: its worker was slow, not dead", async () => {
    const slow = question("slow");
    const callId = await calls.recordSent(slow);
    await calls.recordSent({ ...slow, leaseNo: 2 });
    await calls.recordReceived(callId, { answer: "at last", usage, priceDate: null });
    expect(await row(callId)).toMatchObject({ state: "received", errorCode: null });
    expect((await calls.find("slow"))?.answer).toBe("at last");
  });
});

function question(contentKey: string): CallRequest {
  return { contentKey, taskType: "translate", model: "m:1", jobId: newId(), leaseNo: 1 };
}

import { randomUUID } from "node:crypto";
import type { CallLedger, CallRequest, RunUsage, StoredAnswer } from "@sluice/core";
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { aiCalls } from "./ai-calls-table.js";
import { pruneCalls } from "./prune-calls.js";
import { settleLostCalls } from "./settle-lost-calls.js";

export interface CallLedgerOptions {
  readonly db: DrizzleTransaction;
  /** How long calls are kept, with their answers: what is asked again later is paid for again. In ms, default 90 days. */
  readonly keepMs?: number;
}

const ninetyDaysMs = 90 * 24 * 3_600_000;
/** More than the one that each call adds, so that a shorter time to keep is reached some day. */
const prunedPerCall = 2;

/**
 * Over the table of `migrateCalls`, in the app's own database. Every note is a transaction of its own, durable when it is answered. With
 * each call old ones go, so that nobody has to look after them.
 */
export function createCallLedger({ db, keepMs = ninetyDaysMs }: CallLedgerOptions): CallLedger {
  return {
    find: (contentKey) => findAnswer(db, contentKey),
    recordSent: async (request) => {
      const callId = await recordSent(db, request);
      // Once the call is noted as sent, nothing may keep it from being made. The next call prunes again.
      await pruneCalls(db, { keepMs, limit: prunedPerCall }).catch(() => undefined);
      return callId;
    },
    recordReceived: async (callId, { answer, usage, priceDate }) => {
      await endCall(db, callId, { state: "received", answer, priceDate, ...usageColumns(usage) });
    },
    recordFailed: async (callId, { state, code }) => {
      await endCall(db, callId, { state, errorCode: code });
    },
    recordUnusable: async (callId) => {
      await db.update(aiCalls).set({ unusable: true }).where(eq(aiCalls.id, callId));
    },
  };
}

/** Locks nothing, and may be repeated. Served by `ai_calls_answers`. */
async function findAnswer(db: DrizzleTransaction, contentKey: string): Promise<StoredAnswer | null> {
  const [row] = await db
    .select()
    .from(aiCalls)
    .where(
      and(eq(aiCalls.contentKey, contentKey), eq(aiCalls.state, "received"), eq(aiCalls.unusable, false)),
    )
    .orderBy(desc(aiCalls.endedAt))
    .limit(1);
  if (row === undefined) return null;
  const { id, answer, model, inputTokens, cachedInputTokens, outputTokens, costUsd } = row;
  return { callId: id, answer, usage: { model, inputTokens, cachedInputTokens, outputTokens, costUsd } };
}

/** Locks nothing but what it settles. Each is a call of its own: again would be another one. */
async function recordSent(db: DrizzleTransaction, request: CallRequest): Promise<string> {
  const id = randomUUID();
  await settleLostCalls(db, request);
  await db.insert(aiCalls).values({ id, ...request, state: "sent" });
  return id;
}

/**
 * Locks the call's row, by primary key. What was received or has failed stays so, whatever is said about it later, so it may be
 * repeated. A call that was taken for lost may still end: its worker was slow, not dead.
 */
async function endCall(
  db: DrizzleTransaction,
  callId: string,
  end: Partial<typeof aiCalls.$inferInsert>,
): Promise<void> {
  await db
    .update(aiCalls)
    .set({ errorCode: null, ...end, endedAt: sql`clock_timestamp()` })
    .where(and(eq(aiCalls.id, callId), inArray(aiCalls.state, ["sent", "unknown"])));
}

function usageColumns({ inputTokens, cachedInputTokens, outputTokens, costUsd }: RunUsage) {
  return { inputTokens, cachedInputTokens, outputTokens, costUsd };
}

import { randomUUID } from "node:crypto";
import type { CallLedger, CallRequest, RunUsage, StoredAnswer } from "@sluice/core";
import { and, desc, eq, sql } from "drizzle-orm";
import type { DrizzleTransaction } from "../transaction.js";
import { aiCalls } from "./ai-calls-table.js";

/** Over the table of `migrateCalls`, in the app's own database. Every note is a transaction of its own, durable when it is answered. */
export function createCallLedger({ db }: { readonly db: DrizzleTransaction }): CallLedger {
  return {
    find: (contentKey) => findAnswer(db, contentKey),
    recordSent: (request) => recordSent(db, request),
    recordReceived: async (callId, { answer, usage }) => {
      await endCall(db, callId, { state: "received", answer, ...usageColumns(usage) });
    },
    recordFailed: async (callId, { state, code }) => {
      await endCall(db, callId, { state, errorCode: code });
    },
    recordUnusable: async (callId) => {
      await db.update(aiCalls).set({ unusable: true }).where(eq(aiCalls.id, callId));
    },
  };
}

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

async function recordSent(db: DrizzleTransaction, request: CallRequest): Promise<string> {
  const id = randomUUID();
  await db.insert(aiCalls).values({ id, ...request, state: "sent" });
  return id;
}

/** A call ends once: what was received stays received, whatever is said about it later. */
async function endCall(
  db: DrizzleTransaction,
  callId: string,
  end: Partial<typeof aiCalls.$inferInsert>,
): Promise<void> {
  await db
    .update(aiCalls)
    .set({ ...end, endedAt: sql`clock_timestamp()` })
    .where(and(eq(aiCalls.id, callId), eq(aiCalls.state, "sent")));
}

function usageColumns({ inputTokens, cachedInputTokens, outputTokens, costUsd }: RunUsage) {
  return { inputTokens, cachedInputTokens, outputTokens, costUsd };
}

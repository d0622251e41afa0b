import type { JsonValue } from "@sluice/core";
import { bigint, boolean, date, jsonb, numeric, pgSchema, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** `sluice.ai_calls`, see migrations/ai. */
export const aiCalls = pgSchema("sluice").table("ai_calls", {
  id: uuid().primaryKey(),
  contentKey: text("content_key").notNull(),
  taskType: text("task_type").notNull(),
  model: text().notNull(),
  jobId: uuid("job_id").notNull(),
  leaseNo: bigint("lease_no", { mode: "number" }).notNull(),
  state: text().$type<"sent" | "received" | "failed" | "unknown">().notNull(),
  answer: jsonb().$type<JsonValue>(),
  unusable: boolean().notNull().default(false),
  errorCode: text("error_code"),
  inputTokens: bigint("input_tokens", { mode: "number" }),
  cachedInputTokens: bigint("cached_input_tokens", { mode: "number" }),
  outputTokens: bigint("output_tokens", { mode: "number" }),
  costUsd: numeric("cost_usd"),
  priceDate: date("price_date"),
  sentAt: timestamp("sent_at", { withTimezone: true }).notNull().defaultNow(),
  endedAt: timestamp("ended_at", { withTimezone: true }),
});

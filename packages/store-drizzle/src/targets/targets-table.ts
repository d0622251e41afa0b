import type { ConversationTopic, TargetContent } from "@sluice/core";
import { jsonb, pgSchema, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** `sluice.targets`, see migrations/targets. */
export const targets = pgSchema("sluice").table(
  "targets",
  {
    type: text().$type<TargetContent["type"]>().notNull(),
    id: text().notNull(),
    origin: text().notNull(),
    content: jsonb().$type<TargetContent>().notNull(),
    contentHash: text("content_hash").notNull(),
    changedAt: timestamp("changed_at", { withTimezone: true }).notNull().defaultNow(),
    vanishedAt: timestamp("vanished_at", { withTimezone: true }),
    summary: text(),
    keywords: text().array(),
    topics: jsonb().$type<readonly ConversationTopic[]>(),
    enrichedHash: text("enriched_hash"),
    enrichedBy: text("enriched_by"),
    enrichedAskedAt: timestamp("enriched_asked_at", { withTimezone: true }),
    enrichedAt: timestamp("enriched_at", { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.type, table.id] })],
);

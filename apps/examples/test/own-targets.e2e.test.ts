import { toEpochMs } from "@sluice/core";
import { enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPageTargets, pages } from "../src/own-targets/pages.js";
import { startExample } from "./run-example.js";

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("the app's own pages get summaries, and none that are made from an older text", async () => {
  const printed = await startExample("own-targets/main.js", { env: { DATABASE_URL: database.url } }).ended;
  expect(printed).toMatch(/returns \{\s+summary: .*refund/);

  const client = postgres(database.url);
  const db = drizzle(client);
  const stored = await db.select().from(pages);
  expect(stored.map(({ slug, keywords }) => [slug, keywords?.length])).toEqual([
    ["returns", 5],
    ["delivery", 5],
  ]);

  const targets = createPageTargets(db);
  const [type = ""] = enrichEntitySummaryKeywords.targets?.slice(1) ?? [];
  const save = (id: string, contentHash: string, askedAt = Number.MAX_SAFE_INTEGER) =>
    db.transaction((tx) =>
      targets.save(tx, {
        target: { type, id },
        contentHash,
        enrichment: { kind: "summary", summary: "late", keywords: [] },
        askedAt: toEpochMs(askedAt),
        model: "embedded:extractive",
      }),
    );
  expect(await save("returns", "0")).toBe("changed");
  expect(await save("no-such-page", "1")).toBe("gone");
  const [page] = stored;
  expect(await save("returns", String(page?.revision), 1)).toBe("older");
  expect(await db.select().from(pages)).toEqual(stored);
  await client.end();
});

// Summaries of the pages that have none yet, with the model that runs inside the process: no key, no network.
import { aiHandlers, enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import { createJobs, createWorker } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { createCallLedger, migrateCalls } from "@sluice/store-drizzle/ai";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { createPagesTable, createPageTargets, pages } from "./pages.js";
import { samplePages } from "./sample-pages.js";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("set DATABASE_URL");
const pool = createPool(url);
const db = drizzle(pool);
await migrate(db);
await migrateCalls(db); // the ledger of model calls: no stored answer is paid for twice
await createPagesTable(db);
await db.insert(pages).values(samplePages).onConflictDoNothing();

const store = createPostgresStore({ db });
const jobs = createJobs({ store });
const worker = createWorker({
  store,
  handlers: aiHandlers({
    model: process.env["AI_MODEL"] ?? "embedded:extractive",
    targets: createPageTargets(db),
    calls: createCallLedger({ db }),
  }),
});
await worker.start();
for (const { slug } of await db.select().from(pages).where(isNull(pages.summary))) {
  const target = { type: "project_document", id: slug } as const;
  const { id } = await jobs.enqueue(
    enrichEntitySummaryKeywords,
    { payload: {}, target },
    { dedupeKey: slug },
  );
  const answer = await jobs.result(id, { timeoutMs: 60_000 });
  if (answer.type !== "finished" || answer.job.status !== "completed") console.log(slug, answer);
}
for (const { slug, summary, keywords } of await db.select().from(pages))
  console.log(slug, { summary, keywords });
await worker.stop();
await store.close();
await pool.end();

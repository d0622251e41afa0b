// An API and a worker in one process. Bigger services run them apart: the API needs only `tasks.ts`.
import { serve } from "@hono/node-server";
import { createJobs, createWorker } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { createArticlesTable } from "./articles.js";
import { countWordsHandler } from "./count-words-handler.js";
import { createApi } from "./create-api.js";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("set DATABASE_URL");
const pool = createPool(url);
const db = drizzle(pool);
await migrate(db);
await createArticlesTable(db);

const store = createPostgresStore({ db, listen: url });
const worker = createWorker({ store, concurrency: 4, handlers: [countWordsHandler(db)] });
await worker.start();

const api = createApi({ db, jobs: createJobs({ store }) });
const server = serve(
  { fetch: api.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => console.log(`listening on http://127.0.0.1:${port}`),
);

process.once("SIGTERM", async () => {
  server.close();
  await worker.stop({ graceMs: 10_000 });
  await store.close();
  await pool.end();
});

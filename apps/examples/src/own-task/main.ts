// Checksums of the files that are named, four at a time. Interrupted, it goes on where it was when it is called again.
import { resolve } from "node:path";
import { createJobs, createWorker } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { checksum, checksumHandler } from "./checksum.js";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("set DATABASE_URL");
const pool = createPool(url);
const db = drizzle(pool);
await migrate(db);
const store = createPostgresStore({ db });
const jobs = createJobs({ store });
const worker = createWorker({ store, concurrency: 4, handlers: [checksumHandler] });

const paths = process.argv.slice(2).map((path) => resolve(path));
// Of a file whose job still waits, from a call that was interrupted, there is no second job.
const requests = paths.map((path) => ({ payload: { path }, dedupeKey: path }));
const { ids } = await jobs.enqueueMany(checksum, requests);
await worker.start();
for (const [index, id] of ids.entries()) {
  const answer = await jobs.result(id, { timeoutMs: 300_000 });
  const job = answer.type === "finished" ? answer.job : null;
  console.log(
    paths[index],
    job?.status === "completed" ? job.result : (job?.lastFailure?.message ?? answer.type),
  );
}
await worker.stop();
await store.close();
await pool.end();

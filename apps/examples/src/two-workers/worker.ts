// Start as many of these as you like.
import { createWorker } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { createGreetingsTable, greetHandler } from "./greet.js";

const url = process.env["DATABASE_URL"];
if (url === undefined) throw new Error("set DATABASE_URL");
const pool = createPool(url);
const db = drizzle(pool);
await migrate(db); // by all at once: one of them works, the others wait
await createGreetingsTable(db);
const store = createPostgresStore({ db, listen: url });
const worker = createWorker({ store, concurrency: 2, handlers: [greetHandler] });
worker.on("committed", ({ job, status }) => console.log(process.pid, job.payload, status));
await worker.start();
console.log(`worker ${process.pid} is ready`);

process.once("SIGTERM", async () => {
  await worker.stop({ graceMs: 10_000 });
  await store.close();
  await pool.end();
});

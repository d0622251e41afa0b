// Lives the life of one article, and prints what came of it as JSON.
import { db, pool, translations } from "./app.js";

await pool.query(
  "create table articles (id text primary key); create table translations (id text primary key, text text not null)",
);
const { addArticle, jobs, store } = await import("./api.js");
const { worker } = await import("./service.js");
await addArticle("a1");
const [job] = (await store.listJobs({ limit: 1 })).jobs;
if (job === undefined) throw new Error("the job is not there");
const ended = await jobs.result(job.id, { timeoutMs: 20_000 });
if (ended.type !== "finished" || ended.job.status !== "completed") throw new Error(JSON.stringify(ended));
const { status, result } = ended.job;
const attempts = (await store.listAttempts(job.id)).map(({ outcome }) => outcome);
const saved = await db.select().from(translations);
console.log(JSON.stringify({ status, result, attempts, saved }));
await worker.stop({ graceMs: 1_000 });
await store.close();
await pool.end();

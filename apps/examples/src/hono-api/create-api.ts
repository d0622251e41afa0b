import type { Jobs } from "@sluice/runner";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { eq } from "drizzle-orm";
import { Hono } from "hono";
import { z } from "zod";
import { articles } from "./articles.js";
import { countWords } from "./tasks.js";

const newArticle = z.object({ id: z.string().min(1), text: z.string() });

export function createApi({ db, jobs }: { db: DrizzleTransaction; jobs: Jobs<DrizzleTransaction> }) {
  const api = new Hono();

  api.post("/articles", async (c) => {
    const article = newArticle.safeParse(await c.req.json().catch(() => null));
    if (!article.success) return c.json({ error: z.prettifyError(article.error) }, 400);
    const { id } = article.data;
    // The article and its job exist together, or neither does.
    const job = await db.transaction(async (tx) => {
      const added = await tx.insert(articles).values(article.data).onConflictDoNothing().returning();
      return added.length === 0
        ? null
        : await jobs.enqueue(countWords, { payload: { articleId: id } }, { tx });
    });
    if (job === null) return c.json({ error: `there is an article ${id} already` }, 409);
    return c.json({ id, jobId: job.id }, 202);
  });

  api.get("/articles/:id", async (c) => {
    const [article] = await db
      .select()
      .from(articles)
      .where(eq(articles.id, c.req.param("id")));
    return article === undefined ? c.json({ error: "not found" }, 404) : c.json(article);
  });

  /** Waits for the job's end, so that nobody has to ask again and again. */
  api.get("/jobs/:id/result", async (c) => {
    const answer = await jobs.result(c.req.param("id"), { timeoutMs: 25_000 });
    switch (answer.type) {
      case "finished":
        return c.json({ status: answer.job.status });
      case "timed-out":
        return c.json({ status: answer.job.status }, 202);
      case "not-found":
        return c.json({ error: "not found" }, 404);
    }
  });

  return api;
}

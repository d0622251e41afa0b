import type { TargetRepository } from "@sluice/core";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { and, eq, sql } from "drizzle-orm";
import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";

/** The app's own table. `revision` grows with every edit. */
export const pages = pgTable("pages", {
  slug: text().primaryKey(),
  title: text().notNull(),
  body: text().notNull(),
  revision: integer().notNull().default(1),
  summary: text(),
  keywords: text().array(),
  // Which revision the summary is of, and when it was asked for.
  summaryOf: integer("summary_of"),
  summaryAskedAt: bigint("summary_asked_at", { mode: "number" }),
});

export async function createPagesTable(db: DrizzleTransaction) {
  await db.execute(sql`create table if not exists pages (slug text primary key, title text not null,
    body text not null, revision integer not null default 1, summary text, keywords text[],
    summary_of integer, summary_asked_at bigint)`);
}

/** What the AI handlers need to know of the app's pages: how to read one, and where to put what they find. */
export function createPageTargets(db: DrizzleTransaction): TargetRepository<DrizzleTransaction> {
  async function findPage(from: DrizzleTransaction, slug: string) {
    const [page] = await from.select().from(pages).where(eq(pages.slug, slug));
    return page ?? null;
  }
  return {
    async load({ id }) {
      const page = await findPage(db, id);
      if (page === null) return null;
      const { title, body, revision } = page;
      return {
        content: { type: "project_document", path: id, title, format: "markdown", text: body },
        contentHash: String(revision),
      };
    },
    // In the job's transaction. A page that was edited meanwhile is left alone: the job runs again with the new text. So is one whose
    // summary was asked for later and came first: the job is done without.
    async save(tx, { target, contentHash, enrichment, askedAt }) {
      if (enrichment.kind !== "summary") throw new Error("pages have summaries only");
      const { summary, keywords } = enrichment;
      const summaryOf = Number(contentHash);
      const hasNewer = sql`${pages.summaryOf} = ${summaryOf} and ${pages.summaryAskedAt} > ${askedAt}`;
      const saved = await tx
        .update(pages)
        .set({ summary, keywords: [...keywords], summaryOf, summaryAskedAt: askedAt })
        .where(and(eq(pages.slug, target.id), eq(pages.revision, summaryOf), sql`(${hasNewer}) is not true`))
        .returning({ slug: pages.slug });
      if (saved.length > 0) return "saved";
      const page = await findPage(tx, target.id);
      if (page === null) return "gone";
      return page.revision === summaryOf ? "older" : "changed";
    },
  };
}

import { handle, PermanentError } from "@sluice/core";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import { eq } from "drizzle-orm";
import { articles } from "./articles.js";
import { countWords } from "./tasks.js";

export function countWordsHandler(db: DrizzleTransaction) {
  return handle(countWords, {
    run: async ({ payload: { articleId } }) => {
      const [article] = await db.select().from(articles).where(eq(articles.id, articleId));
      if (article === undefined) throw new PermanentError(`there is no article ${articleId}`);
      const words = article.text.split(/\s+/).filter(Boolean).length;
      return {
        result: { words },
        // Committed together with the job's completion.
        save: (tx) => tx.update(articles).set({ words }).where(eq(articles.id, articleId)),
      };
    },
  });
}

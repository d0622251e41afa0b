import { defineTask } from "@sluice/core";
import { z } from "zod";

export const countWords = defineTask({
  type: "count_words",
  payload: z.object({ articleId: z.string() }),
});

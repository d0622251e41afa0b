import { z } from "zod";

// What goes over the wire is loose (no limits, nullable instead of optional: OpenAI's strict mode knows nothing else, and
// a paid answer is not thrown away over a detail); the clamps are ours, see clamp-*.ts.

/** Part of the content key: a stored answer of another shape is not an answer. */
export const schemaVersion = "1";

export const summarySchema = z.object({
  summary: z.string().describe("the summary, whole sentences"),
  keywords: z.array(z.string()).describe("3 to 5 keywords"),
});

export const topicsSchema = z.object({
  topics: z
    .array(
      z.object({
        summary: z.string().describe("what was talked about, 1 or 2 whole sentences"),
        keywords: z.array(z.string()).describe("3 to 5 keywords"),
        purpose: z
          .string()
          .describe("one short tag: question, problem, decision, planning, information, smalltalk"),
        fromMessage: z.number().describe("number of the first message"),
        toMessage: z.number().describe("number of the last message"),
      }),
    )
    .describe("up to 3 topics, in the order of the conversation"),
});

export type SummaryAnswer = z.output<typeof summarySchema>;
export type TopicsAnswer = z.output<typeof topicsSchema>;

import { jsonSchema, type Schema, zodSchema } from "ai";
import { z } from "zod";

// What the model is asked for has no limits in it, and nothing optional: OpenAI's strict mode knows neither. What it answers
// is read more generously than it was asked for, since a paid answer is not thrown away over a detail. The limits are
// those of clamp-answer.ts.

/** Part of the content key: a stored answer of another shape is not an answer. */
export const schemaVersion = "1";

const askedSummary = z.object({
  summary: z.string().describe("the summary, whole sentences"),
  keywords: z.array(z.string()).describe("3 to 5 keywords"),
});

const askedTopics = z.object({
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

const keywords = z
  .union([z.array(z.unknown()), z.string().transform((text): unknown[] => text.split(","))])
  .transform((list) => list.filter((keyword) => typeof keyword === "string"))
  .catch([]);

/** `7`, `"7"`, `"[7]"`; `null`: none of these. */
const messageNumber = z
  .union([z.number(), z.string().transform((text) => Number.parseInt(text.replace(/\D/g, ""), 10))])
  .pipe(z.number())
  .nullable()
  .catch(null);

const readSummary = z.object({ summary: z.string(), keywords });

const readTopics = z.object({
  topics: z.array(
    z.object({
      summary: z.string(),
      keywords,
      purpose: z.string().catch(""),
      fromMessage: messageNumber,
      toMessage: messageNumber,
    }),
  ),
});

export type SummaryAnswer = z.output<typeof readSummary>;
export type TopicsAnswer = z.output<typeof readTopics>;

export const summarySchema: Schema<SummaryAnswer> = schemaOf(askedSummary, readSummary);
export const topicsSchema: Schema<TopicsAnswer> = schemaOf(askedTopics, readTopics);

function schemaOf<Answer>(asked: z.ZodType, read: z.ZodType<Answer>): Schema<Answer> {
  return jsonSchema(() => zodSchema(asked).jsonSchema, {
    validate: (value) => {
      const result = read.safeParse(value);
      return result.success ? { success: true, value: result.data } : { success: false, error: result.error };
    },
  });
}

import { z } from "zod";

/** ISO 8601, to a `Date`. */
export const instant = z.iso
  .datetime({ offset: true, error: "must be an instant in ISO 8601, with its offset" })
  .transform((text) => new Date(text));

/**
 * A job as it is asked for in JSON, over HTTP or in a line of a file. Ranges, lengths and what the task asks for are the rules of
 * `enqueue`, which names the field, too.
 */
export const newJobRequest = z.strictObject({
  taskType: z.string(),
  payload: z.unknown().default({}),
  target: z.strictObject({ type: z.string(), id: z.string() }).nullish(),
  dedupeKey: z.string().optional(),
  dedupe: z.enum(["keep", "replace", "rerun"]).optional(),
  priority: z.number().optional(),
  delayMs: z.number().optional(),
  dueAt: instant.optional(),
  deadlineMs: z.number().optional(),
  deadlineAt: instant.optional(),
  maxAttempts: z.number().optional(),
});

export type NewJobRequest = z.output<typeof newJobRequest>;

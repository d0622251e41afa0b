import { z } from "zod";

/** What the AI tasks may be told beside their target. */
export const aiPayload = z
  .object({
    /** Ask the model anew, even if an answer to the same question is stored. */
    fresh: z.boolean().optional(),
    /** Tokens that the model may spend on thinking, where it can be told; 0 switches thinking off. */
    thinkingBudgetOverride: z.number().int().min(0).max(200_000).optional(),
  })
  .default({});

export type AiPayload = z.output<typeof aiPayload>;

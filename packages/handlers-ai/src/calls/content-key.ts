import { createHash } from "node:crypto";
import type { Prompt } from "../prompts/prompt.js";

/** What makes two calls the same question: equal keys may be answered by one stored answer. */
export interface Question {
  readonly taskType: string;
  /** `provider:model`. */
  readonly model: string;
  readonly prompt: Prompt;
  readonly schemaVersion: string;
  readonly parameters: { readonly maxOutputTokens: number; readonly thinkingBudget: number | null };
}

/** SHA-256 over everything that the answer depends on, in hex. */
export function contentKey({ taskType, model, prompt, schemaVersion, parameters }: Question): string {
  const { schemaName, version, instructions, input } = prompt;
  const { maxOutputTokens, thinkingBudget } = parameters;
  const parts = [
    taskType,
    model,
    schemaName,
    version,
    schemaVersion,
    maxOutputTokens,
    thinkingBudget,
    instructions,
    input,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

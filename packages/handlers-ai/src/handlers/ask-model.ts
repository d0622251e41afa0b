import {
  type CallLedger,
  type JsonValue,
  OutputInvalidError,
  type ProcessingJob,
  type RunSignal,
  type RunUsage,
  type TargetContent,
} from "@sluice/core";
import { generateText, Output } from "ai";
import type { z } from "zod";
import { contentKey } from "../calls/content-key.js";
import { withCallLedger } from "../calls/with-call-ledger.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { thinkingOptions } from "../models/thinking-options.js";
import { schemaVersion } from "../output/wire-schemas.js";
import { delimit, type Prompt } from "../prompts/prompt.js";
import { classifyError } from "../provider-errors/classify-error.js";
import type { AiPayload } from "../tasks/enrich-entity-summary-keywords.js";

const maxOutputTokens = 1_500;

export interface AskRequest<Output> {
  readonly resolved: ResolvedModel;
  readonly calls: CallLedger;
  readonly job: ProcessingJob;
  readonly payload: AiPayload;
  readonly signal: RunSignal;
  readonly prompt: Prompt;
  readonly schema: z.ZodType<Output>;
  /** The target's content, for the embedded model, which reads no prompts. */
  readonly content: TargetContent;
}

export interface Answer<Output> {
  readonly output: Output;
  readonly usage: RunUsage | null;
  /** To be called when the answer turns out to be unusable: it is billed, and never reused. */
  readonly reject: () => Promise<void>;
}

/**
 * Asks the model once, through the ledger. Throws the handler errors of core, classified from whatever went wrong; the SDK
 * neither retries nor waits.
 */
export async function askModel<Output extends JsonValue>(
  request: AskRequest<Output>,
): Promise<Answer<Output>> {
  const { resolved, calls, job, payload, prompt, schema } = request;
  const thinkingBudget = payload.thinkingBudgetOverride ?? null;
  const question = {
    taskType: job.taskType,
    model: resolved.name,
    prompt,
    schemaVersion,
    parameters: { maxOutputTokens, thinkingBudget },
  };
  const call = withCallLedger(
    resolved.model,
    calls,
    {
      contentKey: contentKey(question),
      taskType: job.taskType,
      model: resolved.name,
      jobId: job.id,
      leaseNo: job.leaseNo,
    },
    // A repeated attempt of a fresh job reads what the first one paid for.
    { fresh: payload.fresh === true && job.attempts === 1 && job.deferrals === 0 },
  );
  const reject = async () => {
    const answered = call.answered();
    if (answered !== null) await calls.recordUnusable(answered.callId);
  };
  try {
    const { output } = await generateText({
      model: call.model,
      instructions: prompt.instructions,
      prompt: delimit(prompt.input),
      output: Output.object({ name: prompt.schemaName, schema }),
      maxRetries: 0,
      maxOutputTokens,
      abortSignal: request.signal,
      providerOptions: { ...thinkingOptions(thinkingBudget), embedded: { content: request.content } },
      telemetry: { functionId: job.taskType, recordInputs: false, recordOutputs: false },
    });
    return { output, usage: call.answered()?.usage ?? null, reject };
  } catch (error) {
    const classified = classifyError(error, call.answered()?.usage ?? null);
    if (classified instanceof OutputInvalidError) await reject();
    throw classified;
  }
}

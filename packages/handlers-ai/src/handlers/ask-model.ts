import type {
  CallLedger,
  JsonValue,
  Logger,
  ProcessingJob,
  RunSignal,
  RunUsage,
  TargetContent,
  ToldLimits,
} from "@sluice/core";
import {
  extractJsonMiddleware,
  generateText,
  NoObjectGeneratedError,
  NoOutputGeneratedError,
  Output,
  type Schema,
  wrapLanguageModel,
} from "ai";
import { contentKey } from "../calls/content-key.js";
import { withCallLedger } from "../calls/with-call-ledger.js";
import type { PriceCall } from "../cost/price-call.js";
import { callSettings } from "../models/call-settings.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { extractJson } from "../output/extract-json.js";
import { schemaVersion } from "../output/wire-schemas.js";
import { delimit, type Prompt } from "../prompts/prompt.js";
import { classifyAnswer } from "../provider-errors/classify-answer.js";
import { readToldLimits } from "../provider-headers/read-told-limits.js";
import type { AiPayload } from "../tasks/ai-payload.js";

export interface AskRequest<Output> {
  readonly resolved: ResolvedModel;
  readonly calls: CallLedger;
  readonly priceCall: PriceCall;
  readonly job: ProcessingJob;
  readonly payload: AiPayload;
  readonly signal: RunSignal;
  readonly logger: Logger;
  readonly prompt: Prompt;
  readonly schema: Schema<Output>;
  /** The target's content, for the embedded model, which reads no prompts. */
  readonly content: TargetContent;
}

export interface Answer<Output> {
  readonly output: Output;
  readonly usage: RunUsage | null;
  /** `false`: the answer was there already. */
  readonly asked: boolean;
  /** What the provider said about its limits; `null`: nothing, or it was not asked. */
  readonly told: ToldLimits | null;
  /** To be called when the answer turns out to be unusable: it is billed, and never reused. */
  readonly reject: () => Promise<void>;
}

/**
 * Asks the model once, through the ledger; the SDK neither retries nor waits. Throws the handler errors of core, or the
 * reason of the signal once that is aborted.
 */
export async function askModel<Output extends JsonValue>(
  request: AskRequest<Output>,
): Promise<Answer<Output>> {
  const { resolved, priceCall, job, payload, prompt, signal, logger } = request;
  const thinkingBudget = payload.thinkingBudgetOverride ?? null;
  const { maxOutputTokens, reasoning, providerOptions } = callSettings(resolved.model, thinkingBudget);
  const parameters = { maxOutputTokens, thinkingBudget };
  // It reads all of the content, of which the prompt may have lost a part, and answers for nothing: no answer is given again.
  const calls = isEmbedded(resolved.model) ? withoutReuse(request.calls) : request.calls;
  const call = withCallLedger(resolved.model, calls, {
    request: {
      contentKey: contentKey({
        taskType: job.taskType,
        model: resolved.name,
        prompt,
        schemaVersion,
        parameters,
      }),
      taskType: job.taskType,
      model: resolved.name,
      jobId: job.id,
      leaseNo: job.leaseNo,
    },
    priceCall,
    fresh: payload.fresh === true,
    asked: { isTuned: thinkingBudget !== null, hideKey: resolved.hideKey },
    logger,
  });
  try {
    const result = await generateText({
      // Small models like to put something around their JSON; the ledger has the answer as it came.
      model: wrapLanguageModel({
        model: call.model,
        middleware: extractJsonMiddleware({ transform: extractJson }),
      }),
      instructions: prompt.instructions,
      prompt: delimit(prompt.input),
      output: Output.object({ name: prompt.schemaName, schema: request.schema }),
      maxRetries: 0,
      maxOutputTokens,
      ...(reasoning !== undefined && { reasoning }),
      abortSignal: signal,
      providerOptions: isEmbedded(resolved.model)
        ? { embedded: { content: request.content } }
        : providerOptions,
      telemetry: { functionId: job.taskType, recordInputs: false, recordOutputs: false },
    });
    // The getter throws when there is none.
    const { output } = result;
    const headers = call.answered()?.headers ?? null;
    return {
      output,
      usage: call.answered()?.usage ?? null,
      asked: headers !== null,
      told: headers === null ? null : readToldLimits(headers, resolved.family),
      reject: call.reject,
    };
  } catch (error) {
    const isUnusable = NoObjectGeneratedError.isInstance(error) || NoOutputGeneratedError.isInstance(error);
    if (isUnusable) await call.reject();
    signal.throwIfAborted();
    throw isUnusable ? classifyAnswer(error, call.answered()) : error;
  }
}

/** The ledger, which notes every call, and has no answer. */
function withoutReuse(calls: CallLedger): CallLedger {
  return {
    find: async () => null,
    recordSent: (request) => calls.recordSent(request),
    recordReceived: (callId, received) => calls.recordReceived(callId, received),
    recordFailed: (callId, failure) => calls.recordFailed(callId, failure),
    recordUnusable: (callId) => calls.recordUnusable(callId),
  };
}

/** In this process (`embedded`), or behind HTTP (`embedded.chat`): it reads the structured content instead of the prompt. */
function isEmbedded({ provider }: ResolvedModel["model"]): boolean {
  return /^embedded(\.|$)/.test(provider);
}

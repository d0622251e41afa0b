import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4Middleware,
} from "@ai-sdk/provider";
import type { CallLedger, CallRequest, Logger, RunUsage } from "@sluice/core";
import { wrapLanguageModel } from "ai";
import type { PriceCall } from "../cost/price-call.js";
import type { AskedCall } from "../provider-errors/asked-call.js";
import { classifyError } from "../provider-errors/classify-error.js";
import type { Headers } from "../provider-headers/headers.js";
import { describeCallFailure } from "./describe-call-failure.js";
import { describeUsage, nothingUsed } from "./describe-usage.js";
import { fromStoredAnswer, toStoredAnswer } from "./stored-answer.js";

/** The answer that a run was given, before anybody parsed it. */
export interface AnsweredCall {
  readonly callId: string;
  /** What this run used for it: nothing, if the answer was stored. */
  readonly usage: RunUsage;
  readonly finishReason: string;
  /** Of the provider's answer; `null`: it was not asked. */
  readonly headers: Headers | null;
}

/** Some of the SDK's providers know no `error`, and call it `other`. */
function finishReasonOf({ unified, raw }: LanguageModelV4FinishReason): string {
  return raw === "error" ? "error" : unified;
}

/** It was not sent. */
const notNeeded = { state: "failed", code: "answered_meanwhile" } as const;

export interface LedgeredCall {
  readonly model: LanguageModelV4;
  /** `null` before the answer. */
  readonly answered: () => AnsweredCall | null;
  /** The answer turned out to be unusable: it is billed, and never reused. */
  readonly reject: () => Promise<void>;
}

export interface LedgerSettings {
  readonly request: CallRequest;
  readonly priceCall: PriceCall;
  /** Only an answer that this very job has paid for is reused. */
  readonly fresh: boolean;
  readonly asked: AskedCall;
  readonly logger: Logger;
}

/**
 * The model, behind the ledger: a question whose answer is stored is answered from there, any other is noted before it is
 * asked, and its answer is stored before anybody parses it. A crash in between leaves it `sent`: unknown, possibly billed.
 *
 * A call that fails throws what `classifyError` makes of it, or the reason of the signal when that was aborted. A ledger
 * that fails before the call fails the run; afterwards it does not: a paid answer, and the reason of a failure, are worth
 * more than the note about them.
 */
export function withCallLedger(
  model: LanguageModelV4,
  calls: CallLedger,
  { request, priceCall, fresh, asked, logger }: LedgerSettings,
): LedgeredCall {
  let answered: AnsweredCall | null = null;

  async function answer(
    doGenerate: () => PromiseLike<LanguageModelV4GenerateResult>,
    { abortSignal }: LanguageModelV4CallOptions,
  ): Promise<LanguageModelV4GenerateResult> {
    const stored = await findStored();
    if (stored !== null) return stored;
    abortSignal?.throwIfAborted();
    const callId = await calls.recordSent(request);
    const storedMeanwhile = await findStored();
    if (storedMeanwhile !== null) {
      // By a worker that was taken for dead. Every answer that was stored before this look is seen, whoever stored it.
      await note(callId, "that a call is not needed", () => calls.recordFailed(callId, notNeeded));
      return storedMeanwhile;
    }
    const result = await doGenerate().then(undefined, async (error: unknown) => {
      const classified = classifyError(error, asked);
      const failure = describeCallFailure(abortSignal?.aborted ? abortSignal.reason : error, classified);
      await note(callId, "the end of a failed call", () => calls.recordFailed(callId, failure));
      abortSignal?.throwIfAborted();
      throw classified;
    });
    const { costUsd, priceDate } = priceCall(result.usage, result.response?.modelId ?? null);
    const usage = describeUsage(request.model, result.usage, costUsd);
    answered = {
      callId,
      usage,
      finishReason: finishReasonOf(result.finishReason),
      headers: result.response?.headers ?? {},
    };
    const received = { answer: toStoredAnswer(result, request.jobId), usage, priceDate };
    await note(callId, "the answer of a call", () => calls.recordReceived(callId, received));
    return result;
  }

  async function findStored(): Promise<LanguageModelV4GenerateResult | null> {
    const found = await calls.find(request.contentKey);
    const stored = found === null ? null : fromStoredAnswer(found.answer);
    if (found === null || stored === null || (fresh && stored.jobId !== request.jobId)) return null;
    const { finishReason } = stored.result;
    const usage = nothingUsed(request.model);
    answered = { callId: found.callId, usage, finishReason: finishReason.unified, headers: null };
    return stored.result;
  }

  async function note(callId: string, what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      // The driver's message may quote what was to be written.
      const name = error instanceof Error ? error.name : "thrown";
      logger.error({ callId, error: name }, `the call ledger could not note ${what}`);
    }
  }

  const middleware: LanguageModelV4Middleware = {
    specificationVersion: "v4",
    wrapGenerate: ({ doGenerate, params }) => answer(doGenerate, params),
  };
  return {
    model: wrapLanguageModel({ model, middleware }),
    answered: () => answered,
    reject: async () => {
      const callId = answered?.callId;
      if (callId !== undefined)
        await note(callId, "that an answer is unusable", () => calls.recordUnusable(callId));
    },
  };
}

import type {
  LanguageModelV4,
  LanguageModelV4GenerateResult,
  LanguageModelV4Middleware,
} from "@ai-sdk/provider";
import type { CallLedger, CallRequest, RunUsage } from "@sluice/core";
import { wrapLanguageModel } from "ai";
import { isAnsweredByProvider } from "../provider-errors/is-answered-by-provider.js";
import { describeUsage } from "./describe-usage.js";
import { fromStoredAnswer, toStoredAnswer } from "./stored-answer.js";

export interface LedgeredCall {
  readonly model: LanguageModelV4;
  /** The call whose answer was given, now or once, and what this run used for it; `null` before. */
  readonly answered: () => { readonly callId: string; readonly usage: RunUsage } | null;
}

/**
 * The model, behind the ledger: a question whose answer is stored is answered from there, any other is noted before it is
 * asked, and its answer is stored before anybody parses it. A crash in between leaves it `sent`: unknown, possibly billed.
 */
export function withCallLedger(
  model: LanguageModelV4,
  calls: CallLedger,
  request: CallRequest,
  { fresh }: { readonly fresh: boolean },
): LedgeredCall {
  let answered: ReturnType<LedgeredCall["answered"]> = null;

  async function ask(doGenerate: () => PromiseLike<LanguageModelV4GenerateResult>) {
    const stored = fresh ? null : await calls.find(request.contentKey);
    const reread = stored === null ? null : fromStoredAnswer(stored.answer);
    if (stored !== null && reread !== null) {
      answered = { callId: stored.callId, usage: describeUsage(request.model, reread.usage) };
      return reread;
    }
    const sent = await calls.recordSent(request);
    const result = await doGenerate().then(undefined, async (error: unknown) => {
      const state = isAnsweredByProvider(error) ? "failed" : "unknown";
      await calls.recordFailed(sent, { state, code: error instanceof Error ? error.name : "thrown" });
      throw error;
    });
    const usage = describeUsage(request.model, result.usage);
    await calls.recordReceived(sent, { answer: toStoredAnswer(result), usage });
    answered = { callId: sent, usage };
    return result;
  }

  const middleware: LanguageModelV4Middleware = {
    specificationVersion: "v4",
    wrapGenerate: ({ doGenerate }) => ask(doGenerate),
  };
  return { model: wrapLanguageModel({ model, middleware }), answered: () => answered };
}

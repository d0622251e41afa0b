import {
  type CallLedger,
  type Enrichment,
  type EpochMs,
  type HandlerGate,
  type LoadedTarget,
  OutputInvalidError,
  PermanentError,
  type ProcessingJob,
  type Run,
  type RunResult,
  SupersededError,
  type TargetContent,
  type TargetRepository,
  UnroutableError,
} from "@sluice/core";
import type { PriceCall } from "../cost/price-call.js";
import { roomOfAnswer } from "../models/call-settings.js";
import type { InputRoom } from "../models/input-room.js";
import type { ResolvedModel } from "../models/resolve-model.js";
import { promptFor } from "../prompts/describe-target.js";
import type { Prompt } from "../prompts/prompt.js";
import type { AiPayload } from "../tasks/ai-payload.js";
import type { Answer } from "./ask-model.js";

/** What the AI handlers share. */
export interface EnrichSettings<Tx> {
  readonly resolved: ResolvedModel;
  readonly targets: TargetRepository<Tx>;
  readonly calls: CallLedger;
  readonly priceCall: PriceCall;
  readonly gates: readonly HandlerGate[];
  readonly timeoutMs?: number;
  /** How much of a target may be sent in a call whose answer may have so many tokens. */
  readonly roomFor: (answerTokens: number) => InputRoom;
}

type EnrichRun<TargetType extends string> = Run<AiPayload, TargetType>;

/**
 * One enrichment: load the target, ask, clamp, and save together with the job's completion, if the target is still what
 * it was when it was read.
 */
export async function enrichTarget<Tx, TargetType extends string, Output>(
  { resolved, targets }: EnrichSettings<Tx>,
  { job, target, logger }: EnrichRun<TargetType>,
  steps: {
    readonly ask: (loaded: LoadedTarget) => Promise<Answer<Output>>;
    readonly clamp: (output: Output, loaded: LoadedTarget) => Enrichment;
  },
): Promise<RunResult<Tx>> {
  if (target === null) throw new UnroutableError("the job has no target");
  const loaded = await targets.load(target);
  if (loaded === null) throw gone(target);
  const answer = await steps.ask(loaded);
  const enrichment = await clampOrReject(answer, () => steps.clamp(answer.output, loaded));
  const { contentHash } = loaded;
  const saved = { target, contentHash, enrichment, askedAt: askedAt(job), model: resolved.name };
  return {
    result: enrichment,
    ...(answer.usage !== null && { usage: answer.usage }),
    asked: answer.asked,
    ...(answer.told !== null && { told: { gate: resolved.gateKey, limits: answer.told } }),
    save: async (tx) => {
      const outcome = await targets.save(tx, saved);
      if (outcome === "changed") throw new SupersededError();
      if (outcome === "gone") throw gone(target);
      if (outcome === "older") logger.info({ target }, "a newer job was faster; its result stays");
    },
  };
}

/** A retry asks anew. When it did is not kept; its run begins soon after. */
function askedAt({ createdAt, retriedAtLeaseNo, lease }: ProcessingJob): EpochMs {
  return retriedAtLeaseNo > 0 ? lease.claimedAt : createdAt;
}

/** An answer that parses and is still of no use has been paid for, too. */
async function clampOrReject<Output>(answer: Answer<Output>, clamp: () => Enrichment): Promise<Enrichment> {
  try {
    return clamp();
  } catch (error) {
    if (!(error instanceof OutputInvalidError)) throw error;
    await answer.reject();
    const { message } = error;
    throw new OutputInvalidError(message, {
      cause: error,
      ...(answer.usage !== null && { usage: answer.usage }),
    });
  }
}

/** The question about the target, within what the model can read beside the longest answer that it is allowed. */
export function promptWithin<Tx>(
  { resolved, roomFor }: EnrichSettings<Tx>,
  payload: AiPayload,
  content: TargetContent,
): Prompt {
  const thinkingBudget = payload.thinkingBudgetOverride ?? null;
  return promptFor(content, roomFor(roomOfAnswer(resolved.model, thinkingBudget)));
}

function gone({ type, id }: { readonly type: string; readonly id: string }): PermanentError {
  return new PermanentError(`there is no ${type} ${id} (any more)`, { code: "target_gone" });
}

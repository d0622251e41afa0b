import type { RunUsage } from "../job/attempt.js";
import type { DeferredByProvider, RunOutcomeType } from "../job/run-outcome.js";
import { closeGate } from "./close-gate.js";
import type { Gate } from "./gate.js";
import { defaultGatePolicy, type GatePolicy } from "./gate-policy.js";
import type { ToldLimits } from "./pacing/hear-limits.js";
import { recordSuccess } from "./record-success.js";
import { type RefusedCall, refusalOfOutcome } from "./refusal-of-outcome.js";
import { settle } from "./settle.js";

/** The end of a run, as far as the gates that it passed are concerned. */
export interface PassedRun extends RefusedCall {
  /** As the worker saw it: a `save` that failed, or a cancel, does not unsay the provider's answer. */
  readonly outcome: RunOutcomeType;
  /** The `close-gate` effect of the job's decision, if any. */
  readonly refused: DeferredByProvider | null;
  readonly usage: RunUsage | null;
  /** `false`: no provider was called, and only a refusal is news; what the call was charged stays charged. */
  readonly asked: boolean;
  /** What the answer said about this gate's limits. */
  readonly told: ToldLimits | null;
}

/**
 * What the end of a run makes of a gate that it passed, or that its error names. Answers the same object when nothing is to
 * be written.
 */
export function gateAfterRun(gate: Gate, run: PassedRun, policy: GatePolicy = defaultGatePolicy): Gate {
  const { now, claimedAt, refused } = run;
  const heard = run.asked ? hearCall(gate, run) : gate;
  return refused !== null && refused.gateKey === gate.key
    ? closeGate(heard, refusalOfOutcome(refused, { now, claimedAt, jobId: run.jobId }), policy)
    : heard;
}

function hearCall(gate: Gate, { now, claimedAt, outcome, usage, told }: PassedRun): Gate {
  const settled = settle(gate, { claimedAt, usedTokens: usedTokens(usage) });
  return hasProviderAnswered(outcome)
    ? recordSuccess(settled, { now, claimedAt, told: told ?? {} })
    : settled;
}

/** Input and output together, as providers count them; `null` when nothing is known. */
export function usedTokens(usage: RunUsage | null): number | null {
  if (usage === null || (usage.inputTokens === null && usage.outputTokens === null)) return null;
  return (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
}

/** Of the other outcomes nobody can tell whether the provider was asked at all. */
function hasProviderAnswered(outcome: RunOutcomeType): boolean {
  return outcome === "succeeded" || outcome === "output_invalid";
}

import { type GateKey, makeFailure, type RunFailure, type RunOutcome } from "@sluice/core";

export const failure: RunFailure = makeFailure("SampleError", "sample", "it did not work");

type OutcomeOf<Type extends RunOutcome["type"]> = Extract<RunOutcome, { readonly type: Type }>;

export const succeeded: RunOutcome = { type: "succeeded", result: { chars: 12 } };
export const released: RunOutcome = { type: "released" };
export const superseded: RunOutcome = { type: "superseded", failure };
export const transient: RunOutcome = { type: "transient", waitMs: null, failure };
export const permanent: RunOutcome = { type: "permanent", failure };
export const outputInvalid: RunOutcome = { type: "output_invalid", failure };

export function rateLimited(
  gateKey: GateKey,
  changes: Partial<Pick<OutcomeOf<"rate_limited">, "waitMs" | "scope">> = {},
): RunOutcome {
  return { type: "rate_limited", scope: "minute", waitMs: 30_000, gateKey, failure, ...changes };
}

export function unavailable(gateKey: GateKey, waitMs: number | null = null): RunOutcome {
  return { type: "unavailable", waitMs, gateKey, failure };
}

export function blocked(gateKey: GateKey): RunOutcome {
  return { type: "blocked", reason: "auth", gateKey, failure };
}

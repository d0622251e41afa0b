import { defaultGatePolicy, untoldWaitMs } from "@sluice/core";
import type { Expectation } from "./replay-file.js";
import type { EndedRun } from "./run-once.js";

/** An outcome in the words of the file. */
export interface SeenOutcome {
  readonly outcome: string;
  /** Every name that the reason goes by. */
  readonly reasons: readonly string[];
  /** What the provider told, and what a gate waits when it told nothing. */
  readonly waitMs: { readonly told: number | null; readonly untold: number } | null;
  readonly scope: string | null;
  readonly usageIn: number | null;
  readonly cached: number | null;
}

export function toSeenOutcome({ outcome, usage }: EndedRun): SeenOutcome {
  return {
    outcome: outcome.type,
    reasons: reasonsOf(outcome),
    waitMs: waitOf(outcome),
    scope: outcome.type === "rate_limited" ? outcome.scope : null,
    usageIn: usage?.inputTokens ?? null,
    cached: usage?.cachedInputTokens ?? null,
  };
}

/** Whether everything is as expected that is said in the expectation. */
export function isAsExpected(seen: SeenOutcome, expected: Expectation): boolean {
  const { reason, waitMs, scope, usageIn, cached } = expected;
  return (
    [expected.outcome].flat().includes(seen.outcome) &&
    (reason === undefined || [reason].flat().some((name) => seen.reasons.includes(name))) &&
    (waitMs === undefined || isWaitAsExpected(seen, waitMs)) &&
    (scope === undefined || seen.scope === scope) &&
    (usageIn === undefined || seen.usageIn === usageIn) &&
    (cached === undefined || seen.cached === cached)
  );
}

function isWaitAsExpected(
  { waitMs }: SeenOutcome,
  expected: (Expectation["waitMs"] & object) | null,
): boolean {
  if (waitMs === null) return false;
  if (expected === null) return waitMs.told === null;
  const effective = waitMs.told ?? waitMs.untold;
  return effective >= expected[0] && effective <= expected[1];
}

/** Where our outcomes keep what a case calls its reason. */
function reasonsOf(outcome: EndedRun["outcome"]): readonly string[] {
  switch (outcome.type) {
    case "blocked":
      return [outcome.reason];
    case "permanent":
      return [outcome.failure.code];
    case "output_invalid":
    case "transient":
      // `… (length)`, `… (invalid_response)`
      return [...outcome.failure.message.matchAll(/\(([a-z_]+)\)/g)].map(([, word = ""]) => word);
    default:
      return [];
  }
}

function waitOf(outcome: EndedRun["outcome"]): SeenOutcome["waitMs"] {
  switch (outcome.type) {
    case "rate_limited":
      return waitAt(outcome.scope === "day" ? "daily_quota" : "rate_limited", outcome.waitMs);
    case "unavailable":
      return waitAt("provider_down", outcome.waitMs);
    case "transient":
      return { told: outcome.waitMs, untold: 0 };
    default:
      return null;
  }
}

function waitAt(reason: "daily_quota" | "rate_limited" | "provider_down", told: number | null) {
  return { told, untold: untoldWaitMs({ reason, streak: 0, permitMs: 0 }, defaultGatePolicy) };
}

import type { Replayed } from "./replay-case.js";
import type { Expectation, ReplayCase } from "./replay-file.js";

/** A failed case, expected beside got. */
export function describeFailure(
  { id, via, status, expect }: ReplayCase,
  { seen, message, isLeaking }: Replayed,
): string {
  const lines = [
    `FAILED ${id} (${via}, ${status === 0 ? "no answer" : `HTTP ${status}`})`,
    `  expected: ${expectedWords(expect)}`,
    `  got:      ${seenWords(seen, expect)}`,
  ];
  if (message !== null) lines.push(`  message:  ${message}`);
  if (isLeaking) lines.push("  the error shows the prompt or the key");
  return lines.join("\n");
}

function expectedWords({ outcome, reason, waitMs, scope, usageIn, cached }: Expectation): string {
  return words([
    [outcome].flat().join(" or "),
    reason && `reason ${[reason].flat().join(" or ")}`,
    waitMs === null ? "no wait named" : waitMs && `wait ${waitMs[0]} to ${waitMs[1]} ms`,
    scope && `scope ${scope}`,
    usageIn !== undefined && `${usageIn} input tokens`,
    cached !== undefined && `${cached} cached`,
  ]);
}

function seenWords(
  { outcome, reasons, waitMs, scope, usageIn, cached }: Replayed["seen"],
  expected: Expectation,
): string {
  const told =
    waitMs &&
    (waitMs.told === null ? `no wait named (it is ${waitMs.untold} ms then)` : `wait ${waitMs.told} ms`);
  return words([
    outcome,
    reasons.length > 0 && `reason ${reasons.join(" or ")}`,
    told,
    scope && `scope ${scope}`,
    expected.usageIn !== undefined && `${usageIn ?? "unknown"} input tokens`,
    expected.cached !== undefined && `${cached ?? "unknown"} cached`,
  ]);
}

function words(parts: readonly (string | false | null | undefined)[]): string {
  return parts.filter((part) => typeof part === "string" && part !== "").join(", ");
}

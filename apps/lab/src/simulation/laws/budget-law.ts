import type { ClaimAnswer, EpochMs, Gate, GateKey } from "@sluice/core";
import { type DeclaredGates, gatesOfTask } from "./gate-laws.js";

/** Counts what is claimed through gates with a configured rate, from each opening on. */
export interface BudgetMeter {
  /** `gates`: as they were right before the claim. */
  checkClaim(
    answer: ClaimAnswer,
    seen: { readonly gates: readonly Gate[]; readonly now: EpochMs; readonly declared: DeclaredGates },
  ): readonly string[];
}

interface Count {
  /** Counting begins anew when it changes: by a closing, an operator, a new configuration. */
  readonly under: string;
  readonly since: EpochMs;
  readonly claims: number;
}

/** What a gate saves up while nobody comes. */
const burstMs = 250;

/** Whatever is claimed when, and by whom: never more than the rate and its burst. */
export function createBudgetMeter(): BudgetMeter {
  const counts = new Map<GateKey, Count>();
  return {
    checkClaim: ({ jobs }, { gates, now, declared }) =>
      gates.flatMap((gate) => {
        const { key, limits, epochAt } = gate;
        const rate = limits.requestsPerMinute;
        const claimed = jobs.filter(({ taskType }) => gatesOfTask(taskType, declared).includes(key)).length;
        if (rate === null || claimed === 0) return [];
        const under = `${epochAt} ${rate}`;
        const known = counts.get(key);
        const { since, claims } = known?.under === under ? known : { since: now, claims: 0 };
        counts.set(key, { under, since, claims: claims + claimed });
        const allowed = Math.max(1.01, (rate * burstMs) / 60_000) + (rate * (now - since)) / 60_000;
        return claims + claimed <= allowed
          ? []
          : [`${claims + claimed} claims through ${key} in ${now - since} ms, of ${allowed.toFixed(2)}`];
      }),
  };
}

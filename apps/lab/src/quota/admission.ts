import type { ToldLimits } from "@sluice/core";

/** What decides when the fleet may call, and hears how the calls went. Times are ms of the simulation. */
export interface Admission {
  /** `askAgainAt` is `null` when only a freed slot can bring more. */
  ask(now: number, want: number, inFlight: number): { granted: number; askAgainAt: number | null };
  refused(now: number, claimedAt: number, waitMs: number | null): void;
  succeeded(now: number, claimedAt: number, usedTokens: number, told: ToldLimits): void;
}

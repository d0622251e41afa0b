import type { GateKey } from "../gate/gate-key.js";
import type { JsonValue } from "../json.js";
import type { RunFailure } from "./failure.js";

/** What the run of a job can come to. The type is what the attempt ledger keeps. */
export type RunOutcome =
  | { readonly type: "succeeded"; readonly result: JsonValue }
  | DeferredByProvider
  | {
      /** `transient`, `handler_error`: `waitMs` is the least wait that somebody named, the backoff may be longer. */
      readonly type: "transient" | "timeout" | "handler_error";
      readonly waitMs: number | null;
      readonly failure: RunFailure;
    }
  | {
      readonly type: "output_invalid" | "permanent" | "payload_invalid" | "unroutable";
      readonly failure: RunFailure;
    }
  | { readonly type: "lease_lost"; readonly failure: RunFailure }
  | { readonly type: "superseded"; readonly failure: RunFailure }
  | { readonly type: "released" }
  | { readonly type: "cancelled" };

/** The provider said "not now": the job is given back unharmed, and the gate closes. */
export type DeferredByProvider =
  | {
      readonly type: "rate_limited";
      /** `day`: the quota of a day or month; it says nothing about the pace. */
      readonly scope: "minute" | "day";
      /** What the provider said; `null` when it named no wait. */
      readonly waitMs: number | null;
      readonly gateKey: GateKey;
      readonly failure: RunFailure;
    }
  | {
      readonly type: "unavailable";
      readonly waitMs: number | null;
      readonly gateKey: GateKey;
      readonly failure: RunFailure;
    }
  | {
      readonly type: "blocked";
      /** Key refused; credit or spend limit used up; model unknown. */
      readonly reason: BlockedReason;
      readonly gateKey: GateKey;
      readonly failure: RunFailure;
    };

export const blockedReasons = ["auth", "quota_exhausted", "config"] as const;

export type BlockedReason = (typeof blockedReasons)[number];

export type RunOutcomeType = RunOutcome["type"];

/** Whether a run with this outcome counts as an attempt, or is given back. */
export const usesAttempt: { readonly [Type in RunOutcomeType]: boolean } = {
  succeeded: true,
  rate_limited: false,
  unavailable: false,
  blocked: false,
  transient: true,
  timeout: true,
  handler_error: true,
  output_invalid: true,
  permanent: true,
  payload_invalid: true,
  unroutable: true,
  lease_lost: true,
  superseded: false,
  released: false,
  cancelled: true,
};

/** Whether a run with this outcome counts as a deferral. (`released` is neither: nobody put the job off.) */
export const isDeferral: { readonly [Type in RunOutcomeType]: boolean } = {
  succeeded: false,
  rate_limited: true,
  unavailable: true,
  blocked: true,
  transient: false,
  timeout: false,
  handler_error: false,
  output_invalid: false,
  permanent: false,
  payload_invalid: false,
  unroutable: false,
  lease_lost: false,
  superseded: true,
  released: false,
  cancelled: false,
};

export const runOutcomeTypes = Object.keys(usesAttempt) as readonly RunOutcomeType[];

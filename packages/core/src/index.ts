export { assertNever } from "./assert-never.js";
export * from "./gate/change-limits.js";
export { closeGate, type Refusal } from "./gate/close-gate.js";
export {
  type Closing,
  type ClosingReason,
  closedUntil,
  type Gate,
  isGateOpen,
  isProbing,
  needsPermits,
  newGate,
} from "./gate/gate.js";
export * from "./gate/gate-after-run.js";
export * from "./gate/gate-key.js";
export * from "./gate/gate-limits.js";
export * from "./gate/gate-policy.js";
export * from "./gate/open-gate.js";
export type { ToldLimits } from "./gate/pacing/hear-limits.js";
export type { Pacing } from "./gate/pacing/pacing.js";
export * from "./gate/pause-gate.js";
export * from "./gate/record-success.js";
export * from "./gate/refusal-of-outcome.js";
export { type Reservation, reserve } from "./gate/reserve.js";
export * from "./gate/reserve-all.js";
export * from "./gate/settle.js";
export * from "./job/apply-decision.js";
export * from "./job/attempt.js";
export * from "./job/claim-order.js";
export * from "./job/decide-enqueue.js";
export * from "./job/failure.js";
export * from "./job/job.js";
export * from "./job/job-decision.js";
export * from "./job/job-event.js";
export * from "./job/job-policy.js";
export * from "./job/job-status.js";
export * from "./job/lease-policy.js";
export * from "./job/retention.js";
export * from "./job/run-outcome.js";
export * from "./job/transition-job.js";
export * from "./job/transition-table.js";
export * from "./job/unserved-clock.js";
export * from "./job/upkeep-policy.js";
export * from "./job-id.js";
export * from "./json.js";
export * from "./ports/call-ledger.js";
export * from "./ports/clock.js";
export * from "./ports/job-store.js";
export * from "./ports/logger.js";
export * from "./ports/new-job.js";
export * from "./ports/random.js";
export * from "./ports/target-repository.js";
export * from "./standard-schema.js";
export * from "./task/abort-reason.js";
export * from "./task/define-task.js";
export * from "./task/handle.js";
export * from "./task/handler-errors.js";
export * from "./task/outcome-of-error.js";
export * from "./task/save-transactions.js";
export * from "./time.js";

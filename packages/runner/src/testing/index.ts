export {
  EnqueuedExpectationError,
  type ExpectedJob,
  expectEnqueued,
  expectNotEnqueued,
  listEnqueued,
} from "./expect-enqueued.js";
export type { IdleReport, TestRun } from "./idle-report.js";
export { type RunHandlerOptions, runHandler } from "./run-handler.js";
export { type MovableClock, type RunUntilIdleOptions, runUntilIdle } from "./run-until-idle.js";
export { createSeededRandom } from "./seeded-random.js";
export { createVirtualClock, type VirtualClock } from "./virtual-clock.js";

import type { WorkerEventType } from "./worker-event.js";

/** All of them: a listener for one that is none would wait for ever. */
const isEventType: { readonly [Type in WorkerEventType]: true } = {
  "worker-started": true,
  "worker-stopping": true,
  "worker-stopped": true,
  polled: true,
  claimed: true,
  "run-started": true,
  "run-succeeded": true,
  "run-failed": true,
  "run-deferred": true,
  "run-released": true,
  "run-cancelled": true,
  "gate-closing": true,
  "gate-changed": true,
  committed: true,
  "fenced-off": true,
  "run-aborted": true,
  "handler-stuck": true,
  "out-of-slots": true,
  "late-end-ignored": true,
  renewed: true,
  "lease-lost": true,
  stalled: true,
  maintained: true,
  "store-failed": true,
  "store-recovered": true,
  fault: true,
};

export const workerEventTypes: readonly string[] = Object.keys(isEventType);

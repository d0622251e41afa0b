import type { CallLedger, InspectStore } from "@sluice/core";
import type { Worker } from "@sluice/runner";
import { collectDefaultMetrics, Registry } from "prom-client";
import { recordCallMetrics } from "./call-metrics.js";
import { createFleetMetrics } from "./fleet-metrics.js";
import type { ServedWork } from "./served-work.js";
import { recordWorkerMetrics } from "./worker-metrics.js";

/** What Prometheus is told. It begins to count where its sources are handed in. */
export interface Metrics {
  recordCalls(calls: CallLedger): CallLedger;
  recordWorker(worker: Worker): void;
  /** From now on, the state of the queue is read at each scrape, though not too often. */
  readFleet(store: InspectStore): void;
  /** In Prometheus' text format. Answers in time also when the database does not. */
  render(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(served: ServedWork): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register }); // CPU, memory, and the lag of the event loop
  let refreshFleet: () => Promise<void> = () => Promise.resolve();
  return {
    contentType: register.contentType,
    recordCalls: (calls) => recordCallMetrics(calls, register, served),
    recordWorker: (worker) => recordWorkerMetrics(worker, register, served),
    readFleet(store) {
      refreshFleet = createFleetMetrics(store, register, served);
    },
    async render() {
      await refreshFleet();
      return register.metrics();
    },
  };
}

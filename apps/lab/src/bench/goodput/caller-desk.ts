import type { QueueWorker } from "../engines/engine.js";
import type { CallerSetUp } from "./caller-set-up.js";

/** A worker process whose jobs are calls of the provider. */
export function createCallerDesk(setUp: CallerSetUp) {
  const { policy } = setUp;
  let worker: QueueWorker | null = null;

  /** Loads what the policy needs and no more. */
  async function startCalling(): Promise<QueueWorker> {
    if (policy.type === "gate") {
      const { callThroughSluice } = await import("./call-through-sluice.js");
      return callThroughSluice(setUp, policy);
    }
    const { callThroughBullMq } = await import("./call-through-bullmq.js");
    return callThroughBullMq(setUp, policy);
  }

  return {
    /** Reads what it needs, so that starting costs others nothing. */
    async load(): Promise<void> {
      await (policy.type === "gate"
        ? import("./call-through-sluice.js")
        : import("./call-through-bullmq.js"));
    },
    async start(): Promise<void> {
      worker = await startCalling();
    },
    async stop(): Promise<void> {
      await worker?.stop();
    },
  };
}

export type CallerDesk = ReturnType<typeof createCallerDesk>;

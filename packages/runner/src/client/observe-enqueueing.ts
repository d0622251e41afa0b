import { type Clock, describeFailure, type EnqueueStore, type Logger } from "@sluice/core";
import { tellObserver } from "../tell-observer.js";
import type { JobsObserver } from "./jobs-event.js";

/** The store, with an observer that hears of what it has enqueued. */
export function observeEnqueueing<Tx>(
  store: EnqueueStore<Tx>,
  clock: Clock,
  { observe, logger }: { readonly observe?: JobsObserver; readonly logger?: Logger },
): EnqueueStore<Tx> {
  if (observe === undefined) return store;
  return {
    async enqueue(jobs, options) {
      const startedAtMs = clock.monotonicMs();
      const answers = await store.enqueue(jobs, options);
      const [first] = jobs;
      if (first === undefined) return answers;
      const durationMs = clock.monotonicMs() - startedAtMs;
      tellObserver(observe, { type: "enqueued", taskType: first.taskType, answers, durationMs }, (error) =>
        logger?.error({ event: "enqueued", failure: describeFailure(error) }, "an observer of jobs failed"),
      );
      return answers;
    },
  };
}

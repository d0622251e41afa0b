import { setTimeout as sleep } from "node:timers/promises";
import type { JobId } from "@sluice/core";
import { enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import type { Jobs } from "@sluice/runner";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import type { StoredTargetRepository } from "@sluice/store-drizzle/targets";

/** Keeps the fleet busy: a document and its job, again and again, each document another. */
export interface Workload {
  /** Ids of the jobs whose enqueueing was answered, in that order. */
  readonly acknowledged: readonly JobId[];
  /** Stops enqueueing; resolves when nothing is on its way any more. */
  end(): Promise<void>;
}

/** So many jobs wait at most: with more, a job that runs again would wait for the backlog, and hide how soon it could. */
const backlog = 6;
const lookEveryMs = 100;
/** Killed that often, a job has lost all its attempts; this run asks for more of them than any job will need. */
export const maxAttempts = 50;

export function startWorkload(
  jobs: Jobs<DrizzleTransaction>,
  targets: StoredTargetRepository,
  countWaiting: () => Promise<number>,
): Workload {
  const acknowledged: JobId[] = [];
  let isEnding = false;
  let made = 0;

  async function enqueueOne(): Promise<void> {
    const id = `chaos-${made++}`;
    const type = "project_document" as const;
    const target = { type, id };
    const text = `Document ${id}: what a fleet of workers does when everything breaks.`;
    const content = { type, path: `${id}.md`, title: id, format: "markdown" as const, text };
    await targets.put("chaos", [{ ref: target, content, contentHash: id }]);
    const request = { payload: {}, target };
    const answer = await jobs.enqueue(enrichEntitySummaryKeywords, request, { dedupeKey: id, maxAttempts });
    acknowledged.push(answer.id);
  }

  async function work(): Promise<void> {
    while (!isEnding) {
      // The database may be down: whoever enqueues hears of it, and nothing was promised.
      const missing = await countWaiting().then(
        (waiting) => backlog - waiting,
        () => 0,
      );
      for (let count = 0; count < missing; count++) await enqueueOne().catch(() => undefined);
      await sleep(lookEveryMs);
    }
  }

  const working = work();
  return {
    acknowledged,
    end: async () => {
      isEnding = true;
      await working;
    },
  };
}

import type { Worker } from "@sluice/runner";

/** Beyond the interval: a claim may be slow, or rest after the database failed. */
const slackMs = 60_000;

/**
 * Answers whether the worker's loop turns. One that has nothing to run asks for jobs at the latest after `intervalMs`; one that runs
 * jobs may have no free slot, and its runs have timeouts of their own.
 */
export function watchLoop(
  worker: Pick<Worker, "status" | "on">,
  intervalMs: number,
  nowMs: () => number = () => performance.now(),
): () => boolean {
  let lastSignMs = nowMs();
  const noteSign = () => {
    lastSignMs = nowMs();
  };
  for (const type of ["worker-started", "polled", "committed"] as const) worker.on(type, noteSign);
  worker.on("store-failed", ({ operation }) => {
    if (operation === "claim") noteSign();
  });
  return () => {
    const { phase, running, uncommitted } = worker.status;
    return phase !== "working" || running + uncommitted > 0 || nowMs() - lastSignMs <= intervalMs + slackMs;
  };
}

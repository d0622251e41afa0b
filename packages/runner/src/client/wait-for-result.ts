import {
  type Clock,
  type FinishedJob,
  type InspectStore,
  isTerminalStatus,
  type Job,
  type JobId,
  type LiveJob,
} from "@sluice/core";
import { withDeadline } from "../with-deadline.js";

/** Where a job stands after waiting for it. */
export type JobResult =
  | { readonly type: "finished"; readonly job: FinishedJob }
  /** It waits or runs still. */
  | { readonly type: "timed-out"; readonly job: LiveJob }
  | { readonly type: "not-found" };

const firstWaitMs = 20;
const maxWaitMs = 1_000;
/** An answer is waited for so long, even when the time is over by then: whoever waits for nothing still wants to know. */
const shortestAnswerMs = 1_000;
/** With more time left, whoever has not answered by then is asked again. */
const longestAnswerMs = 10_000;

/**
 * Asks again and again, ever more slowly, until the job has ended or the time is over. A store that fails is asked again, too; its
 * error is thrown when it was the last word.
 */
export async function waitForResult(
  store: Pick<InspectStore, "getJob">,
  clock: Clock,
  { id, timeoutMs }: { readonly id: JobId; readonly timeoutMs: number },
): Promise<JobResult> {
  const endMs = clock.monotonicMs() + timeoutMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 1.5, maxWaitMs)) {
    const limitMs = Math.min(longestAnswerMs, Math.max(shortestAnswerMs, endMs - clock.monotonicMs()));
    const asked = await withDeadline(clock, { what: "getJob", limitMs }, () => store.getJob(id)).then(
      (job) => ({ job }),
      (error: unknown) => ({ error }),
    );
    const leftMs = endMs - clock.monotonicMs();
    if ("error" in asked) {
      if (leftMs <= 0) throw asked.error;
    } else {
      const { job } = asked;
      if (job === null) return { type: "not-found" };
      if (isFinished(job)) return { type: "finished", job };
      if (leftMs <= 0) return { type: "timed-out", job };
    }
    await new Promise<void>((resolve) => clock.schedule(Math.min(waitMs, leftMs), resolve));
  }
}

function isFinished(job: Job): job is FinishedJob {
  return isTerminalStatus(job.status);
}

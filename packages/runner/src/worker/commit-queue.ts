import type { Clock, CommitAnswer, WorkStore } from "@sluice/core";
import { createCommitLane, type PendingEnd } from "./commit-lane.js";
import type { PendingCommit } from "./pending-commit.js";
import type { StoreGuard } from "./store-guard.js";

/**
 * Ends of runs on their way to the store, in three lanes that do not wait for each other: closings of gates, which the whole
 * fleet waits for; ends with a `save`, each in a transaction of its own that takes as long as the handler's writes do; and all
 * others, one commit at a time, each with all that has ended meanwhile.
 */
export interface CommitQueue<Tx> {
  /** Waiting or under way. */
  readonly size: number;
  /** So much waits that no more work should be taken on. */
  readonly isFull: boolean;
  /** So many ends of the task type wait for their `save` that no more of its jobs should be taken on. */
  isFullOf(taskType: string): boolean;
  add(pending: PendingCommit<Tx>): void;
  /** Begins the next commits. */
  flush(): void;
  /** Gives up what is left. */
  abandon(): void;
}

const maxWaiting = 1_000;
const maxBatch = 500;

export function createCommitQueue<Tx>({
  concurrency,
  saveConcurrency,
  ...surroundings
}: {
  readonly concurrency: number;
  readonly saveConcurrency: number;
  readonly store: Pick<WorkStore<Tx>, "commit">;
  readonly clock: Clock;
  readonly guard: StoreGuard;
  readonly onAnswer: (pending: PendingCommit<Tx>, answer: CommitAnswer) => void;
  readonly onOver: (isCommitted: boolean) => void;
  readonly onGivenUp: (pending: PendingCommit<Tx>, error: unknown) => void;
}): CommitQueue<Tx> {
  const shared = { ...surroundings, requeue: add };
  const closings = createCommitLane<Tx>({ ...shared, operation: "commit-closing", maxBatch, maxAtOnce: 1 });
  const saves = createCommitLane<Tx>({
    ...shared,
    operation: "commit-save",
    maxBatch: 1,
    maxAtOnce: saveConcurrency,
  });
  const others = createCommitLane<Tx>({ ...shared, operation: "commit", maxBatch, maxAtOnce: 1 });
  const lanes = [closings, saves, others];

  function add(end: PendingEnd<Tx>): void {
    const { outcome, save } = end.ended;
    const lane = "gateKey" in outcome ? closings : save === null ? others : saves;
    lane.add(end);
  }

  return {
    get size() {
      return closings.size + saves.size + others.size;
    },
    get isFull() {
      return closings.waiting.length + saves.waiting.length + others.waiting.length >= maxWaiting;
    },
    isFullOf: (taskType) =>
      saves.waiting.length >= concurrency &&
      saves.waiting.filter(({ ended }) => ended.job.taskType === taskType).length >= concurrency,
    add: (pending) => add({ ...pending, failures: 0, strikes: 0, failedAtMs: 0 }),
    flush() {
      for (const lane of lanes) lane.flush();
    },
    abandon() {
      for (const lane of lanes) lane.abandon();
    },
  };
}

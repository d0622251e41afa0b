import type { Clock, CommitAnswer, EndedRun, WorkStore } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { createAlarm } from "./alarm.js";
import type { StoreGuard } from "./store-guard.js";

/** A run whose end is to be written. */
export interface PendingCommit<Tx> {
  readonly run: ActiveRun<Tx>;
  readonly ended: EndedRun<Tx>;
  readonly endedAtMs: number;
}

/** Ends of runs on their way to the store: one commit at a time, each with all that has ended meanwhile. */
export interface CommitQueue<Tx> {
  /** Waiting or under way. */
  readonly size: number;
  /** So much waits that no more work should be taken on. */
  readonly isFull: boolean;
  add(pending: PendingCommit<Tx>): void;
  /** Begins the next commit, unless one is under way or the store needs a rest. */
  flush(): void;
  /** Gives up what is left. */
  abandon(): void;
}

const maxPending = 1_000;
const maxBatch = 500;

export function createCommitQueue<Tx>({
  store,
  clock,
  guard,
  onAnswer,
  onTurn,
}: {
  readonly store: Pick<WorkStore<Tx>, "commit">;
  readonly clock: Clock;
  readonly guard: StoreGuard;
  readonly onAnswer: (pending: PendingCommit<Tx>, answer: CommitAnswer) => void;
  /** A commit is over, for better or worse. */
  readonly onTurn: () => void;
}): CommitQueue<Tx> {
  let waiting: PendingCommit<Tx>[] = [];
  let underWay: readonly PendingCommit<Tx>[] = [];
  let isAbandoned = false;
  const rest = createAlarm(clock, flush);

  function flush(): void {
    if (underWay.length > 0 || waiting.length === 0 || rest.isSet || isAbandoned) return;
    underWay = waiting.splice(0, maxBatch);
    void commit(underWay);
  }

  async function commit(batch: readonly PendingCommit<Tx>[]): Promise<void> {
    const answered = await guard.call("commit", async () => {
      const answers = await store.commit(batch.map(({ ended }) => ended));
      if (answers.length !== batch.length)
        throw new TypeError(`the store answered ${answers.length} of ${batch.length} commits`);
      return answers;
    });
    underWay = [];
    if (answered.ok) {
      for (const [index, pending] of batch.entries()) {
        const answer = answered.value[index];
        if (answer !== undefined) onAnswer(pending, answer);
      }
    } else if (!isAbandoned) {
      // Whether it was written nobody knows: sent again, it gets the answer that it would have got.
      waiting = [...batch, ...waiting];
      rest.set(answered.retryInMs);
    }
    onTurn();
  }

  return {
    get size() {
      return waiting.length + underWay.length;
    },
    get isFull() {
      return waiting.length >= maxPending;
    },
    add: (pending) => void waiting.push(pending),
    flush,
    abandon() {
      isAbandoned = true;
      rest.clear();
    },
  };
}

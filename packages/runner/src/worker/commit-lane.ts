import { type Clock, type CommitAnswer, describeFailure, type WorkStore } from "@sluice/core";
import { createAlarm } from "./alarm.js";
import type { PendingCommit } from "./pending-commit.js";
import { endedAs } from "./run-end.js";
import type { Guarded, StoreGuard } from "./store-guard.js";
import type { StoreOperation } from "./worker-event.js";

/** Ends of one kind on their way to the store. A commit that fails is sent again, ever later, with the same fences. */
export interface CommitLane<Tx> {
  readonly waiting: readonly PendingEnd<Tx>[];
  /** Waiting or under way. */
  readonly size: number;
  add(end: PendingEnd<Tx>): void;
  /** Begins as many commits as may be under way at once, unless the store needs a rest. */
  flush(): void;
  /** Gives up what is left. */
  abandon(): void;
}

export interface PendingEnd<Tx> extends PendingCommit<Tx> {
  /** Commits with it that failed. */
  readonly failures: number;
  /** Commits of it alone that failed although the store answered others since the failure before. */
  readonly strikes: number;
  readonly failedAtMs: number;
}

/** One end that the store cannot write must not hold up the others: after so many failures each is sent by itself. */
const failuresTogether = 2;
/** Then it is what was to be written: the run is written down as failed, without result and usage. */
const strikesToFail = 5;
const strikesToGiveUp = 10;

export function createCommitLane<Tx>({
  operation,
  maxBatch,
  maxAtOnce,
  store,
  clock,
  guard,
  requeue,
  onAnswer,
  onOver,
  onGivenUp,
}: {
  readonly operation: StoreOperation;
  /** Ends in one commit. */
  readonly maxBatch: number;
  /** Commits under way. */
  readonly maxAtOnce: number;
  readonly store: Pick<WorkStore<Tx>, "commit">;
  readonly clock: Clock;
  readonly guard: StoreGuard;
  /** Takes an end that is to be sent again behind all others, perhaps in another lane. */
  readonly requeue: (end: PendingEnd<Tx>) => void;
  readonly onAnswer: (pending: PendingCommit<Tx>, answer: CommitAnswer) => void;
  readonly onOver: (isCommitted: boolean) => void;
  readonly onGivenUp: (pending: PendingCommit<Tx>, error: unknown) => void;
}): CommitLane<Tx> {
  let waiting: PendingEnd<Tx>[] = [];
  let endsUnderWay = 0;
  let commitsUnderWay = 0;
  let isAbandoned = false;
  const rest = createAlarm(clock, flush);

  function flush(): void {
    while (waiting.length > 0 && commitsUnderWay < maxAtOnce && !rest.isSet && !isAbandoned)
      void commit(waiting.splice(0, nextBatchSize()));
  }

  function nextBatchSize(): number {
    const firstSuspect = waiting.findIndex(({ failures }) => failures >= failuresTogether);
    if (firstSuspect === 0) return 1;
    return Math.min(maxBatch, firstSuspect === -1 ? waiting.length : firstSuspect);
  }

  async function commit(batch: readonly PendingEnd<Tx>[]): Promise<void> {
    commitsUnderWay += 1;
    endsUnderWay += batch.length;
    const answered = await guard.call(operation, async () => {
      const answers = await store.commit(batch.map(({ ended }) => ended));
      if (answers.length !== batch.length)
        throw new TypeError(`the store answered ${answers.length} of ${batch.length} commits`);
      return answers;
    });
    commitsUnderWay -= 1;
    endsUnderWay -= batch.length;
    if (answered.ok) hear(batch, answered.value);
    else if (!isAbandoned) putBack(batch, answered);
    onOver(answered.ok);
  }

  function hear(batch: readonly PendingEnd<Tx>[], answers: readonly CommitAnswer[]): void {
    for (const [index, end] of batch.entries()) {
      const answer = answers[index];
      if (answer !== undefined) onAnswer(end, answer);
    }
  }

  /**
   * Whether it was written nobody knows, and it may be written yet: sent again, it gets the answer that it would have got. Of
   * two commits of one end at the same time the second waits for the first, and is answered from what that has written.
   */
  function putBack(
    batch: readonly PendingEnd<Tx>[],
    { error, retryInMs }: Extract<Guarded<unknown>, { ok: false }>,
  ): void {
    rest.set(retryInMs);
    const [first] = batch;
    if (first !== undefined && first.failures >= failuresTogether) {
      suspect(first, error);
    } else {
      const failedAtMs = clock.monotonicMs();
      waiting = [...batch.map((end) => ({ ...end, failures: end.failures + 1, failedAtMs })), ...waiting];
    }
  }

  /** It failed alone: others go first now. */
  function suspect(end: PendingEnd<Tx>, error: unknown): void {
    const strikes = end.strikes + (guard.answeredAtMs > end.failedAtMs ? 1 : 0);
    const next = { ...end, strikes, failedAtMs: clock.monotonicMs() };
    if (strikes >= strikesToGiveUp) onGivenUp(end, error);
    else requeue(strikes === strikesToFail ? asFailed(next, error) : next);
  }

  return {
    get waiting() {
      return waiting;
    },
    get size() {
      return waiting.length + endsUnderWay;
    },
    add: (end) => void waiting.push(end),
    flush,
    abandon() {
      isAbandoned = true;
      rest.clear();
    },
  };
}

function asFailed<Tx>(end: PendingEnd<Tx>, error: unknown): PendingEnd<Tx> {
  const { code, message } = describeFailure(error);
  const failure = { name: "CommitFailed", code, message };
  const failed = endedAs<Tx>({ type: "handler_error", waitMs: null, failure });
  return { ...end, ended: { ...end.ended, ...failed } };
}

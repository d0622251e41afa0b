import { type Clock, type CommitAnswer, describeFailure, type EndedRun, type WorkStore } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { createAlarm } from "./alarm.js";
import { endedAs } from "./run-end.js";
import type { Guarded, StoreGuard } from "./store-guard.js";

/** A run whose end is to be written. */
export interface PendingCommit<Tx> {
  readonly run: ActiveRun<Tx>;
  readonly ended: EndedRun<Tx>;
  /** When the run ended (monotonic). */
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

interface Entry<Tx> extends PendingCommit<Tx> {
  /** Commits with it that failed. */
  readonly failures: number;
  /** Commits of it alone that failed although the store answered others since the failure before. */
  readonly strikes: number;
  readonly failedAtMs: number;
}

const maxWaiting = 1_000;
const maxBatch = 500;
/** One end that the store cannot write must not hold up the others: after so many failures each is sent by itself. */
const failuresTogether = 2;
/** Then it is what was to be written: the run is written down as failed, without result and usage. */
const strikesToFail = 5;
const strikesToGiveUp = 10;

export function createCommitQueue<Tx>({
  store,
  clock,
  guard,
  onAnswer,
  onOver,
  onGivenUp,
}: {
  readonly store: Pick<WorkStore<Tx>, "commit">;
  readonly clock: Clock;
  readonly guard: StoreGuard;
  readonly onAnswer: (pending: PendingCommit<Tx>, answer: CommitAnswer) => void;
  readonly onOver: (isCommitted: boolean) => void;
  readonly onGivenUp: (pending: PendingCommit<Tx>, error: unknown) => void;
}): CommitQueue<Tx> {
  let waiting: Entry<Tx>[] = [];
  let underWay: readonly Entry<Tx>[] = [];
  let isAbandoned = false;
  const rest = createAlarm(clock, flush);

  function flush(): void {
    if (underWay.length > 0 || waiting.length === 0 || rest.isSet || isAbandoned) return;
    underWay = waiting.splice(0, nextBatchSize());
    void commit(underWay);
  }

  function nextBatchSize(): number {
    const firstSuspect = waiting.findIndex(({ failures }) => failures >= failuresTogether);
    if (firstSuspect === 0) return 1;
    return Math.min(maxBatch, firstSuspect === -1 ? waiting.length : firstSuspect);
  }

  async function commit(batch: readonly Entry<Tx>[]): Promise<void> {
    const answered = await guard.call("commit", async () => {
      const answers = await store.commit(batch.map(({ ended }) => ended));
      if (answers.length !== batch.length)
        throw new TypeError(`the store answered ${answers.length} of ${batch.length} commits`);
      return answers;
    });
    underWay = [];
    if (answered.ok) hear(batch, answered.value);
    else if (!isAbandoned) putBack(batch, answered);
    onOver(answered.ok);
  }

  function hear(batch: readonly Entry<Tx>[], answers: readonly CommitAnswer[]): void {
    for (const [index, entry] of batch.entries()) {
      const answer = answers[index];
      if (answer !== undefined) onAnswer(entry, answer);
    }
  }

  /** Whether it was written nobody knows: sent again, it gets the answer that it would have got. */
  function putBack(
    batch: readonly Entry<Tx>[],
    { error, retryInMs }: Extract<Guarded<unknown>, { ok: false }>,
  ): void {
    rest.set(retryInMs);
    const [first] = batch;
    if (first !== undefined && first.failures >= failuresTogether) {
      suspect(first, error);
    } else {
      const failedAtMs = clock.monotonicMs();
      waiting = [
        ...batch.map((entry) => ({ ...entry, failures: entry.failures + 1, failedAtMs })),
        ...waiting,
      ];
    }
  }

  /** It failed alone: others go first now. */
  function suspect(entry: Entry<Tx>, error: unknown): void {
    const strikes = entry.strikes + (guard.answeredAtMs > entry.failedAtMs ? 1 : 0);
    const next = { ...entry, strikes, failedAtMs: clock.monotonicMs() };
    if (strikes >= strikesToGiveUp) onGivenUp(entry, error);
    else waiting.push(strikes === strikesToFail ? asFailed(next, error) : next);
  }

  return {
    get size() {
      return waiting.length + underWay.length;
    },
    get isFull() {
      return waiting.length >= maxWaiting;
    },
    add: (pending) => void waiting.push({ ...pending, failures: 0, strikes: 0, failedAtMs: 0 }),
    flush,
    abandon() {
      isAbandoned = true;
      rest.clear();
    },
  };
}

function asFailed<Tx>(entry: Entry<Tx>, error: unknown): Entry<Tx> {
  const { code, message } = describeFailure(error);
  const failure = { name: "CommitFailed", code, message };
  const end = endedAs<Tx>({ type: "handler_error", waitMs: null, failure });
  return { ...entry, ended: { ...entry.ended, ...end } };
}

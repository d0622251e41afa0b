import type { EnqueueAnswer, NewJob } from "@sluice/core";
import { answerRequests, enqueueJobs } from "./enqueue-jobs.js";
import type { Tables } from "./tables.js";

/** How an app's transactions begin and end. */
export interface TransactionHooks<Tx> {
  readonly begin: () => Tx;
  /** The transaction is committed, together with what the store wrote in it. Without this call it was rolled back. */
  readonly onCommit: (tx: Tx) => void;
}

interface Staged {
  readonly request: NewJob;
  readonly answer: EnqueueAnswer;
}

/**
 * Transactions that jobs are enqueued in. Nobody sees the jobs before the commit, which is refused, as a serialization
 * failure would be, when an answer that was given does not hold any more.
 */
export class Transactions<Tx> {
  readonly #open = new Map<unknown, readonly Staged[]>();
  readonly #tables: Tables;
  readonly #hooks: TransactionHooks<Tx>;

  constructor(tables: Tables, hooks: TransactionHooks<Tx>) {
    this.#tables = tables;
    this.#hooks = hooks;
  }

  begin(): Tx {
    const tx = this.#hooks.begin();
    if (this.#open.has(tx)) throw new TypeError("every transaction must be an object of its own");
    this.#open.set(tx, []);
    return tx;
  }

  enqueue(tx: Tx, requests: readonly NewJob[]): readonly EnqueueAnswer[] {
    const staged = this.#stagedIn(tx);
    const all = [...staged.map(({ request }) => request), ...requests];
    const answers = answerRequests(this.#tables, all);
    this.#open.set(
      tx,
      all.flatMap((request, index) => {
        const answer = answers[index];
        return answer === undefined ? [] : [{ request, answer }];
      }),
    );
    return answers.slice(staged.length);
  }

  /** Whether every answer given in it still holds. */
  canCommit(tx: Tx): boolean {
    const staged = this.#stagedIn(tx);
    const answers = answerRequests(
      this.#tables,
      staged.map(({ request }) => request),
    );
    return staged.every(({ answer }, index) => {
      const now = answers[index];
      return now !== undefined && now.id === answer.id && now.outcome === answer.outcome;
    });
  }

  commit(tx: Tx): void {
    const staged = this.#stagedIn(tx);
    this.#open.delete(tx);
    enqueueJobs(
      this.#tables,
      staged.map(({ request }) => request),
    );
    this.#hooks.onCommit(tx);
  }

  rollback(tx: Tx): void {
    this.#open.delete(tx);
  }

  #stagedIn(tx: Tx): readonly Staged[] {
    const staged = this.#open.get(tx);
    if (staged === undefined) throw new TypeError("the transaction is not one of this store, or has ended");
    return staged;
  }
}

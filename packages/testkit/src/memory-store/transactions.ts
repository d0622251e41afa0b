import type { EnqueueAnswer, NewJob } from "@sluice/core";
import { answerRequests, enqueueJobs } from "./enqueue-jobs.js";
import type { Tables } from "./tables.js";

/** How an app's transactions begin and end. */
export interface TransactionHooks<Tx> {
  readonly begin: () => Tx;
  /** The transaction is committed, together with what the store wrote in it. Without this call it was rolled back. */
  readonly onCommit: (tx: Tx) => void;
}

/** What was asked in a transaction, and answered there. */
interface Staged {
  readonly requests: readonly NewJob[];
  readonly answers: readonly EnqueueAnswer[];
}

/**
 * Transactions that jobs are enqueued in. Nobody sees the jobs before the commit, which is refused, as a serialization
 * failure would be, when an answer that was given does not hold any more.
 */
export class Transactions<Tx> {
  readonly #open = new Map<unknown, Staged>();
  readonly #tables: Tables;
  readonly #hooks: TransactionHooks<Tx>;

  constructor(tables: Tables, hooks: TransactionHooks<Tx>) {
    this.#tables = tables;
    this.#hooks = hooks;
  }

  begin(): Tx {
    const tx = this.#hooks.begin();
    if (this.#open.has(tx)) throw new TypeError("every transaction must be an object of its own");
    this.#open.set(tx, { requests: [], answers: [] });
    return tx;
  }

  enqueue(tx: Tx, requests: readonly NewJob[]): readonly EnqueueAnswer[] {
    const { requests: before, answers } = this.#stagedIn(tx);
    const all = [...before, ...requests];
    const added = answerRequests(this.#tables, all).slice(before.length);
    this.#open.set(tx, { requests: all, answers: [...answers, ...added] });
    return added;
  }

  /** Whether every answer given in it still holds. */
  canCommit(tx: Tx): boolean {
    const { requests, answers } = this.#stagedIn(tx);
    const now = answerRequests(this.#tables, requests);
    return answers.every(
      ({ id, outcome }, index) => now[index]?.id === id && now[index]?.outcome === outcome,
    );
  }

  commit(tx: Tx): void {
    const { requests } = this.#stagedIn(tx);
    this.#open.delete(tx);
    enqueueJobs(this.#tables, requests);
    this.#hooks.onCommit(tx);
  }

  rollback(tx: Tx): void {
    this.#open.delete(tx);
  }

  #stagedIn(tx: Tx): Staged {
    const staged = this.#open.get(tx);
    if (staged === undefined) throw new TypeError("the transaction is not one of this store, or has ended");
    return staged;
  }
}

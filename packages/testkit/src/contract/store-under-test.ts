import type { JobStore } from "@sluice/core";

/** A store with nothing in it, and what a test must be able to do to it from outside. */
export interface StoreUnderTest<Tx> {
  readonly store: JobStore<Tx>;
  /** Moves the store's clock on. But for this it should stand still: the model test compares instants to the millisecond. */
  advance(ms: number): void | Promise<void>;
  /** A transaction of the app's own: committed when `work` succeeds, rolled back when it throws. */
  transaction<Answer>(work: (tx: Tx) => Promise<Answer>): Promise<Answer>;
  /** A table of the app's own, with one column of text, in the same database. */
  readonly notes: {
    add(tx: Tx, note: string): void | Promise<void>;
    /** The committed ones, in whatever order. */
    list(): Promise<readonly string[]>;
  };
  close(): Promise<void>;
}

/** May be costly: the suite asks for one store per topic, and for task types of their own in each test. */
export type CreateStore<Tx> = () => Promise<StoreUnderTest<Tx>>;

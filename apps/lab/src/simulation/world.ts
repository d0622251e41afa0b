import type { JobStore } from "@sluice/core";
import type { VirtualClock } from "@sluice/runner/testing";
import type { SavedResult } from "@sluice/testkit";
import type { Chance } from "./chance.js";
import type { Faults } from "./faults.js";
import type { CancelLaw } from "./laws/cancel-law.js";
import type { IdleWorkers } from "./laws/idle-workers.js";
import type { Models } from "./models.js";
import type { Plan } from "./plan.js";
import type { RequestBook } from "./request-book.js";
import type { Trace } from "./trace.js";

/** What a handler's `save` writes to. */
export interface SimulatedTx {
  readonly writes: SavedResult[];
  /** The requests that were made in it, and are to make a job if and only if it is committed. */
  readonly requests: number[];
}

export type SimulatedStore = JobStore<SimulatedTx>;

export interface Violation {
  readonly atMs: number;
  /** The broken law, short. */
  readonly law: string;
  readonly detail: string;
}

/** All that the actors of one run share. */
export interface World {
  readonly plan: Plan;
  readonly models: Models;
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly faults: Faults;
  readonly trace: Trace;
  /** Watched, and without any trouble of its own; processes reach it by `connectStore`. */
  readonly store: SimulatedStore;
  readonly book: RequestBook;
  readonly idle: IdleWorkers;
  readonly cancels: CancelLaw;
  /** A transaction of the app's. */
  readonly transaction: <Answer>(work: (tx: SimulatedTx) => Promise<Answer>) => Promise<Answer>;
  /** No process reaches the store before then. */
  storeAwayUntilMs: number;
  violate(law: string, detail: string): void;
}

/**
 * A process's own time: for sleeping and for measuring how long something took. It is never compared with a store's
 * instants; what happens "at" a time is decided by the store's clock.
 */
export interface Clock {
  /** Never goes back; meaningful only as a difference. */
  monotonicMs(): number;
  /** The machine's idea of the time, for ids and logs only. */
  wallMs(): number;
  /** Calls `run` once after `delayMs` and answers how to prevent it. */
  schedule(delayMs: number, run: () => void): () => void;
}

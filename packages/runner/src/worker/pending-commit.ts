import type { EndedRun } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";

/** A run whose end is to be written. */
export interface PendingCommit<Tx> {
  readonly run: ActiveRun<Tx>;
  readonly ended: EndedRun<Tx>;
  /** When the run ended (monotonic). */
  readonly endedAtMs: number;
}

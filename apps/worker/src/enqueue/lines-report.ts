import { describeFailure, type EnqueueOutcome } from "@sluice/core";

/** What came of a stream of lines. */
export interface LinesReport extends Readonly<Record<EnqueueOutcome, number>> {
  /** All that were not blank. */
  readonly lines: number;
  readonly bad: number;
  /** The first of the bad ones. */
  readonly faults: readonly LineFault[];
  readonly lastLine: number;
  /** The last line of which it is certain what came of it. Before `lastLine` only when the database failed. */
  readonly certainUpTo: number;
}

export interface LineFault {
  readonly line: number;
  readonly message: string;
}

/** The database failed in the middle; the message says how, the report how far it came. */
export class LinesInterruptedError extends Error {
  override readonly name = "LinesInterruptedError";
  readonly report: LinesReport;

  constructor(report: LinesReport, options: ErrorOptions) {
    super(`the database failed: ${describeFailure(options.cause).message}`, options);
    this.report = report;
  }
}

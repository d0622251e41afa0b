import type { Logger, ProcessingJob, Run, RunSignal, TargetRef } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { jobFields } from "./log-events.js";

/**
 * What a handler is given. `signal` and `logger` are made when they are read: a signal alone takes as long as the loop needs for a job,
 * and most are never looked at.
 */
export class HandlerRun<Tx> implements Run<unknown, string> {
  readonly job: ProcessingJob;
  readonly payload: unknown;
  readonly target: TargetRef;
  readonly attempt: number;
  declare readonly signal: RunSignal;
  declare readonly logger: Logger;
  readonly #run: ActiveRun<Tx>;
  readonly #logger: Logger;

  constructor(
    run: ActiveRun<Tx>,
    { payload, target, logger }: { payload: unknown; target: TargetRef | null; logger: Logger },
  ) {
    this.job = run.job;
    this.payload = payload;
    this.target = target as TargetRef; // `null` if the task has no targets: the types of a list of handlers cannot tell
    this.attempt = run.job.attempts;
    this.#run = run;
    this.#logger = logger;
    Object.defineProperty(this, "signal", HandlerRun.#signalProperty);
    Object.defineProperty(this, "logger", HandlerRun.#loggerProperty);
  }

  // Properties of its own, so that `{ ...run }` has them. One descriptor for all runs: the getters of a literal, which are made anew for
  // each, took twenty times as long.
  static readonly #signalProperty = {
    enumerable: true,
    get(this: HandlerRun<unknown>): RunSignal {
      return this.#run.signal;
    },
  };

  static readonly #loggerProperty = {
    enumerable: true,
    get(this: HandlerRun<unknown>): Logger {
      return this.#logger.child(jobFields(this.job));
    },
  };
}

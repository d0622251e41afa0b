import type { Logger, ProcessingJob, Run, RunSignal, TargetRef } from "@sluice/core";
import type { ActiveRun } from "./active-run.js";
import { jobFields } from "./log-events.js";

/** What a handler is given. A class, as getters of a literal would be a fifth of what the loop costs per job. */
export class HandlerRun<Tx> implements Run<unknown, string> {
  readonly job: ProcessingJob;
  readonly payload: unknown;
  readonly target: TargetRef;
  readonly attempt: number;
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
  }

  get signal(): RunSignal {
    return this.#run.signal;
  }

  get logger(): Logger {
    return this.#logger.child(jobFields(this.job));
  }
}

import type { DedupeMode, TargetRef } from "@sluice/core";

/** What is to be done: the payload that the task takes, and its target if the task is about one. */
export type JobRequest<Input, TargetType extends string> = PayloadOf<Input> & TargetOf<TargetType>;

type IsAny<Value> = 0 extends 1 & Value ? true : false;

type PayloadOf<Input> =
  IsAny<Input> extends true
    ? { readonly payload?: unknown }
    : [Input] extends [undefined]
      ? { readonly payload?: undefined }
      : { readonly payload: unknown extends Input ? unknown : Exclude<Input, undefined> };

type TargetOf<TargetType extends string> = [TargetType] extends [never]
  ? { readonly target?: null | undefined }
  : string extends TargetType
    ? { readonly target?: TargetRef | null | undefined }
    : { readonly target: TargetRef<TargetType> };

/** When and how a job is to run. All is checked before anything is written. */
export interface JobOptions {
  /** While a job of the task type with this key waits or runs, there is no second one. 1 to 512 characters. */
  readonly dedupeKey?: string | undefined;
  /** What happens if there is one. Default `keep`. */
  readonly dedupe?: DedupeMode | undefined;
  /** Lower goes first; whole, 32 bits. Default 0. */
  readonly priority?: number | undefined;
  /** Not to run before so long from now. */
  readonly delayMs?: number | undefined;
  /** Not to run before this instant (a `Date`, or ms since 1970) on the store's clock. */
  readonly dueAt?: Date | number | undefined;
  /** Fails if it has not begun so long from now. */
  readonly deadlineMs?: number | undefined;
  readonly deadlineAt?: Date | number | undefined;
  /** Runs that count, the first included; 1 to 1,000. Default: that of `createJobs`. */
  readonly maxAttempts?: number | undefined;
}

export interface EnqueueOptions<Tx> extends JobOptions {
  /** The caller's own transaction: the job exists if and only if it commits. */
  readonly tx?: Tx | undefined;
}

/** One job of an `enqueueMany`. */
export type JobOfMany<Input, TargetType extends string> = JobRequest<Input, TargetType> & JobOptions;

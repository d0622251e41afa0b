import { type AbortReasonType, type ProcessingJob, RunAborted, type RunSignal } from "@sluice/core";
import type { HandledTask } from "./handled-task.js";

/** One run of a job, from the claim until its end is committed. */
export class ActiveRun<Tx> {
  readonly job: ProcessingJob;
  readonly task: HandledTask<Tx>;
  /** When the claim was answered (monotonic). */
  readonly claimedAtMs: number;
  /**
   * `waiting` until it has a slot, `preparing` until the handler is called. `ended`: what the handler does from here on does
   * not count.
   */
  phase: "waiting" | "preparing" | "running" | "ended" = "waiting";
  /** When it got its slot (monotonic). */
  begunAtMs: number;
  /** A gate that it should have passed has closed: not to be begun any more. */
  mustBeReleased = false;
  #aborted: RunAborted | null = null;
  #controller: AbortController | null = null;

  constructor(job: ProcessingJob, task: HandledTask<Tx>, claimedAtMs: number) {
    this.job = job;
    this.task = task;
    this.claimedAtMs = claimedAtMs;
    this.begunAtMs = claimedAtMs;
  }

  get timesOutAtMs(): number {
    return this.begunAtMs + this.task.handler.timeoutMs;
  }

  /** Why it was told to stop, if it was. */
  get aborted(): RunAborted | null {
    return this.#aborted;
  }

  /** Made when the handler first looks at it: most never do. */
  get signal(): RunSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#aborted !== null) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  /** Tells the handler to stop. The first reason stays. Answers whether this was it. */
  abort(reason: AbortReasonType): boolean {
    if (this.#aborted !== null || this.phase === "ended") return false;
    this.#aborted = new RunAborted(reason, this.#explain(reason));
    this.#controller?.abort(this.#aborted);
    return true;
  }

  #explain(reason: AbortReasonType): string {
    switch (reason) {
      case "timeout":
        return `the run took longer than the ${this.task.handler.timeoutMs} ms that its handler allows`;
      case "shutdown":
        return "the worker is stopping";
      case "lease-lost":
        return "another worker has taken the job back";
      case "cancelled":
        return "the job was cancelled";
    }
  }
}

import { assertNever, describeFailure, type Logger, type ProcessingJob } from "@sluice/core";
import type { Observer } from "./observers.js";

/** The fields by which a job's lines are found. */
export function jobFields({ id, taskType, leaseNo }: ProcessingJob): object {
  return { jobId: id, taskType, leaseNo };
}

/** One line per step of a job's life, and per trouble of the worker. */
export function logEvents(logger: Logger): Observer {
  return (event) => {
    const fields = "job" in event ? jobFields(event.job) : {};
    switch (event.type) {
      case "worker-started":
        return logger.info({ workerId: event.workerId, taskTypes: event.taskTypes }, "worker started");
      case "worker-stopping":
        return logger.info({ workerId: event.workerId, running: event.running }, "worker stops: no new jobs");
      case "worker-stopped":
        return logger.info({ workerId: event.workerId, leftBehind: event.leftBehind }, "worker stopped");
      case "polled":
        return event.claimed > 0
          ? undefined
          : logger.debug({ limit: event.limit, sleepMs: event.sleepMs }, "nothing to do");
      case "claimed":
        return logger.debug(
          { ...fields, waitedMs: event.waitedMs, attempt: event.job.attempts },
          "job claimed",
        );
      case "run-started":
        return logger.info({ ...fields, attempt: event.job.attempts }, "job started");
      case "run-succeeded":
        return logger.info({ ...fields, durationMs: event.durationMs }, "job succeeded");
      case "run-failed":
      case "run-deferred": {
        const { outcome, durationMs, failure } = event;
        const words = event.type === "run-failed" ? "job failed" : "job deferred";
        return logger.warn({ ...fields, outcome, durationMs, failure }, words);
      }
      case "run-released":
        return logger.info(fields, "job given back");
      case "run-cancelled":
        return logger.info(fields, "job cancelled");
      case "gate-closing": {
        const { gate, outcome, waitMs, failure } = event;
        return logger.warn({ ...fields, gate, outcome, waitMs, failure }, "gate closes");
      }
      case "gate-changed":
        return logger.debug({ gate: event.gate }, "gate has closed or opened");
      case "committed": {
        const { status, outcome, durationMs } = event;
        return logger.debug({ ...fields, status, outcome, durationMs }, "job committed");
      }
      case "fenced-off":
        return logger.warn(
          { ...fields, outcome: event.outcome },
          "job is not ours any more: nothing was written",
        );
      case "run-aborted":
        return logger.info({ ...fields, reason: event.reason }, "job's handler told to stop");
      case "handler-stuck":
        return logger.error(
          { ...fields, reason: event.reason },
          "handler ignores its signal; the job goes on without it",
        );
      case "out-of-slots":
        return logger.error({ stuck: event.stuck }, "stuck handlers hold all slots: no job is claimed");
      case "late-end-ignored":
        return logger.warn(fields, "stuck handler has ended; its result is not used");
      case "renewed":
        return logger.debug({ runs: event.runs, durationMs: event.durationMs }, "leases renewed");
      case "lease-lost":
        return logger.warn({ ...fields, durationMs: event.durationMs }, "lease lost");
      case "stalled":
        return logger.warn({ forMs: event.forMs }, "the process stood still for longer than a claim holds");
      case "maintained":
        return logger.debug({ ...event.answer, durationMs: event.durationMs }, "upkeep done");
      case "store-failed": {
        const { operation, failuresInARow, retryInMs, error } = event;
        const failure = describeFailure(error);
        return logger.error({ operation, failuresInARow, retryInMs, failure }, "store failed");
      }
      case "store-recovered":
        return logger.info({ operation: event.operation, afterMs: event.afterMs }, "store works again");
      case "fault":
        return logger.error({ ...fields, failure: describeFailure(event.error) }, "fault");
      default:
        return assertNever(event);
    }
  };
}

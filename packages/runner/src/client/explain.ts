import {
  assertNever,
  type Clock,
  type ClosingReason,
  describeFailure,
  type EpochMs,
  type InspectStore,
} from "@sluice/core";
import { withDeadline } from "../with-deadline.js";
import type { Cause, StoredCause } from "./cause.js";
import { describeDuration } from "./describe-duration.js";
import { findCauses } from "./find-causes.js";
import { countRunning, countWaiting, type QueueSnapshot, takeSnapshot } from "./queue-snapshot.js";

/** Why jobs of a task type do or do not run: for people, and as data. */
export interface Explanation {
  /** One line per cause, most important first, below a line with the numbers. */
  readonly text: string;
  /** Empty: nothing keeps them from running. */
  readonly causes: readonly Cause[];
  /** `null`: the store does not answer. */
  readonly waiting: number | null;
  readonly running: number | null;
}

/** A person is waiting. */
const longestAnswerMs = 15_000;

/** Only what the store's calls throw becomes an explanation. */
export async function explain(store: InspectStore, clock: Clock, taskType: string): Promise<Explanation> {
  const ask = () => takeSnapshot(store, taskType);
  const asked = await withDeadline(clock, { what: "explain", limitMs: longestAnswerMs }, ask).then(
    (snapshot) => ({ snapshot }),
    (error: unknown) => ({ error }),
  );
  return "error" in asked ? explainSilence(taskType, asked.error) : explainSnapshot(asked.snapshot);
}

function explainSilence(taskType: string, error: unknown): Explanation {
  const failure = describeFailure(error);
  const text = `${taskType}: unknown, the store does not answer.\n${failure.name} (${failure.code}): ${failure.message}`;
  return { text, causes: [{ type: "store-away", failure }], waiting: null, running: null };
}

function explainSnapshot(snapshot: QueueSnapshot): Explanation {
  const causes = findCauses(snapshot);
  const waiting = countWaiting(snapshot);
  const running = countRunning(snapshot);
  const lines = causes.map((cause) => describeCause(cause, snapshot));
  if (causes.length === 0) lines.push(nothingInTheWay);
  const head = `${snapshot.taskType}: ${waiting} waiting, ${running} running.`;
  return { text: [head, ...lines].join("\n"), causes, waiting, running };
}

/** What a worker keeps to itself the store cannot tell. */
const nothingInTheWay =
  "Nothing keeps its jobs from running, unless a worker limits them itself: a handler's `concurrency`, `jobDelayMs`, ends that it cannot commit.";

const reasonWords: Readonly<Record<ClosingReason, string>> = {
  rate_limited: "the provider's rate limit is reached",
  daily_quota: "the quota of the day is used up",
  provider_down: "the provider is down or overloaded",
  blocked_auth: "the provider refuses the key",
  blocked_quota_exhausted: "the provider's credit is spent",
  blocked_config: "the provider does not know what is asked for (model, settings)",
};

function describeCause(cause: StoredCause, { now, taskType }: QueueSnapshot): string {
  const when = (at: EpochMs) => describeInstant(at, now);
  switch (cause.type) {
    case "nothing-waiting":
      return "Nothing is waiting.";
    case "paused":
      return cause.until === null
        ? `Gate ${cause.gate} is paused by an operator until somebody resumes it.`
        : `Gate ${cause.gate} is paused by an operator until ${when(cause.until)}.`;
    case "closed": {
      const because = cause.jobId === null ? "" : `, because of job ${cause.jobId}`;
      return `Gate ${cause.gate} is closed until ${when(cause.until)}${because}: ${reasonWords[cause.reason]}${inBrackets(cause.detail)}.`;
    }
    case "probing": {
      const probe = cause.inFlight > 0 ? "a job is trying it out now" : "the next job will try it out";
      return `Gate ${cause.gate} is half open after: ${reasonWords[cause.reason]}${inBrackets(cause.detail)}. One job at a time; ${probe}.`;
    }
    case "no-permit":
      return `Gate ${cause.gate} has no permit left; the next one comes ${when(cause.nextPermitAt)}.`;
    case "window-full":
      return `Gate ${cause.gate} lets ${cause.maxInFlight} jobs run at once, and ${cause.inFlight} do.`;
    case "due-later": {
      const which = cause.waiting === 1 ? "The waiting job is" : `All ${cause.waiting} waiting jobs are`;
      const backoff =
        cause.backingOff === 0 ? "" : `, ${cause.backingOff} of them backing off after a failed attempt`;
      return `${which} due later${backoff}; the next is ${cause.nextJobId}, due ${when(cause.nextDueAt)}.`;
    }
    case "no-live-worker": {
      const others =
        cause.liveWorkers === 0
          ? "no worker is live at all"
          : `${cause.liveWorkers} live ones do other things`;
      const seen =
        cause.lastSeenAt === null
          ? "none has ever been seen"
          : `the last one was seen ${when(cause.lastSeenAt)}`;
      return `No live worker handles ${taskType}: ${others}; ${seen}.`;
    }
    case "workers-busy":
      return `All workers that handle it are busy: ${cause.workers} with ${cause.running} of ${cause.concurrency} slots taken.`;
    default:
      return assertNever(cause);
  }
}

function inBrackets(detail: string | null): string {
  return detail === null ? "" : ` (${detail})`;
}

/** `2026-11-23T18:00:00.000Z (in 9 min 58 s)` */
function describeInstant(at: EpochMs, now: EpochMs): string {
  const inMs = at - now;
  const distance = inMs >= 0 ? `in ${describeDuration(inMs)}` : `${describeDuration(-inMs)} ago`;
  return `${new Date(at).toISOString()} (${distance})`;
}

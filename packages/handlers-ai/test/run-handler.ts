import {
  addMs,
  defaultGate,
  type Handler,
  HandlerError,
  type Logger,
  outcomeOfError,
  type ProcessingJob,
  type RunOutcome,
  type RunResult,
  type RunSignal,
  type RunUsage,
  type SavedEnrichment,
  type TargetRef,
  toEpochMs,
  toJobId,
} from "@sluice/core";
import { type AiHandlersOptions, aiHandlers } from "../src/handlers/ai-handlers.js";

export interface RunSettings {
  readonly target: TargetRef;
  readonly payload?: { readonly fresh?: boolean; readonly thinkingBudgetOverride?: number };
  readonly jobId?: string;
  readonly attempt?: number;
  readonly deferrals?: number;
  readonly retriedAtLeaseNo?: number;
  readonly signal?: RunSignal;
  readonly logger?: Logger;
}

/** Runs one job of the handler that is for such a target, as a worker does; rejects with whatever the handler throws. */
export async function runHandler(
  options: AiHandlersOptions<SavedEnrichment[]>,
  settings: RunSettings,
): Promise<RunResult<SavedEnrichment[]>> {
  const { target, payload = {}, attempt = 1, logger = silentLogger } = settings;
  const handler = handlerFor(aiHandlers(options), target);
  const job = jobOf(handler, settings);
  const signal: RunSignal = settings.signal ?? neverAborted();
  const answer = await handler.run({ job, payload, target, attempt, signal, logger });
  if (answer === undefined) throw new Error("the AI handlers always answer something");
  return answer;
}

/** What a run has come to in the worker's eyes. */
export interface EndedTestRun {
  readonly outcome: RunOutcome;
  readonly usage: RunUsage | null;
  /** `null` after a success. */
  readonly error: unknown;
}

export async function outcomeOfRun(
  options: AiHandlersOptions<SavedEnrichment[]>,
  settings: RunSettings,
): Promise<EndedTestRun> {
  try {
    const { result = null, usage = null } = await runHandler(options, settings);
    return { outcome: { type: "succeeded", result }, usage, error: null };
  } catch (error) {
    const { task, gates } = handlerFor(aiHandlers(options), settings.target);
    const [gate] = gates.map(({ key }) => key);
    return {
      outcome: outcomeOfError(error, defaultGate(task.type, gate === undefined ? [] : [gate])),
      usage: HandlerError.isInstance(error) ? error.usage : null,
      error,
    };
  }
}

function handlerFor<Tx>(handlers: readonly Handler<Tx>[], { type }: TargetRef): Handler<Tx> {
  const handler = handlers.find(({ task }) => task.targets?.includes(type));
  if (handler === undefined) throw new Error(`no handler for a ${type}`);
  return handler;
}

function jobOf<Tx>({ task }: Handler<Tx>, settings: RunSettings): ProcessingJob {
  const { target, payload = {}, attempt = 1, deferrals = 0, retriedAtLeaseNo = 0 } = settings;
  const now = toEpochMs(1_700_000_000_000);
  return {
    id: toJobId(settings.jobId ?? "01890a5d-ac96-774b-bcce-b302099a8057"),
    status: "processing",
    taskType: task.type,
    target,
    payload,
    priority: 0,
    dedupeKey: null,
    createdAt: now,
    deadlineAt: null,
    attempts: attempt,
    maxAttempts: 3,
    deferrals,
    deferralClock: { spentMs: 0, runningSinceAt: null },
    invalidOutputs: 0,
    leaseNo: attempt + deferrals,
    retriedAtLeaseNo,
    lastFailure: null,
    dueAt: now,
    lease: { workerId: "test", claimNonce: 1, claimedAt: addMs(now, 1_000), expiresAt: addMs(now, 16_000) },
    cancelRequestedAt: null,
    rerun: null,
  };
}

function neverAborted(): RunSignal {
  return new AbortController().signal;
}

const ignore = () => undefined;
const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
};

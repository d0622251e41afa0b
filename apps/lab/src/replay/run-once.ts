import type { LanguageModelV4 } from "@ai-sdk/provider";
import {
  type CallLedger,
  defaultGate,
  HandlerError,
  type Logger,
  outcomeOfError,
  type ProcessingJob,
  RunAborted,
  type RunOutcome,
  type RunUsage,
  type TargetRepository,
  toEpochMs,
  toJobId,
} from "@sluice/core";
import { aiHandlers } from "@sluice/handlers-ai";

// Warnings of the SDK would stand between our lines.
globalThis.AI_SDK_LOG_WARNINGS = false;

/** What one run of the product's own handler has come to, as a worker would see it. */
export interface EndedRun {
  readonly outcome: RunOutcome | { readonly type: "timeout" };
  readonly usage: RunUsage | null;
  /** What was thrown; `null` after a success. */
  readonly error: unknown;
}

/** In the text that is sent, and in no place where errors are shown. */
export const secretText = "swordfish-4711";

const target = { type: "code_entity", id: "launch.ts#launchCode" } as const;

/** One target that never changes, and nothing is saved. */
const targets: TargetRepository = {
  load: async () => ({
    content: {
      type: "code_entity",
      kind: "constant",
      name: "launchCode",
      container: null,
      language: "typescript",
      path: "launch.ts",
      startLine: 1,
      endLine: 1,
      documentation: null,
      source: `export const launchCode = "${secretText}";`,
    },
    contentHash: "1",
  }),
  save: async () => "saved",
};

/** Remembers nothing, so that each answer is asked for. */
const calls: CallLedger = {
  find: async () => null,
  recordSent: async () => "call",
  recordReceived: async () => undefined,
  recordFailed: async () => undefined,
  recordUnusable: async () => undefined,
};

/** Asks for the summary of a target, once, until the signal says that it takes too long. */
export async function runOnce(model: LanguageModelV4, signal: AbortSignal): Promise<EndedRun> {
  const handler = aiHandlers({ model, targets, calls, env: {} }).find(({ task }) =>
    task.targets?.includes(target.type),
  );
  if (handler === undefined) throw new Error(`there is no handler for a ${target.type}`);
  const job = jobOf(handler.task.type);
  try {
    const answer = await handler.run({ job, payload: {}, target, attempt: 1, signal, logger: silent });
    return { outcome: { type: "succeeded", result: null }, usage: answer?.usage ?? null, error: null };
  } catch (error) {
    const gates = handler.gates.map(({ key }) => key);
    return {
      outcome:
        error instanceof RunAborted
          ? { type: "timeout" }
          : outcomeOfError(error, defaultGate(handler.task.type, gates)),
      usage: HandlerError.isInstance(error) ? error.usage : null,
      error,
    };
  }
}

function jobOf(taskType: string): ProcessingJob {
  const now = toEpochMs(0);
  return {
    id: toJobId("01890a5d-ac96-774b-bcce-b302099a8057"),
    status: "processing",
    taskType,
    target,
    payload: {},
    priority: 0,
    dedupeKey: null,
    createdAt: now,
    deadlineAt: null,
    attempts: 1,
    maxAttempts: 3,
    deferrals: 0,
    deferralClock: { spentMs: 0, runningSinceAt: null },
    invalidOutputs: 0,
    leaseNo: 1,
    retriedAtLeaseNo: 0,
    lastFailure: null,
    dueAt: now,
    lease: { workerId: "replay", claimNonce: 1, claimedAt: now, expiresAt: now },
    cancelRequestedAt: null,
    rerun: null,
  };
}

const ignore = () => undefined;
const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent };

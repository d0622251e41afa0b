import {
  assertNever,
  defaultGate,
  defaultJobPolicy,
  type EndedRun,
  type GateKey,
  type ProcessingJob,
  type RunOutcome,
  SupersededError,
  TransientError,
  taskGateKey,
} from "@sluice/core";
import {
  blocked,
  failure,
  outputInvalid,
  permanent,
  rateLimited,
  transient,
  unavailable,
} from "../outcomes.js";
import type { Ending, Step } from "./step.js";

type EndStep = Extract<Step, { do: "end" }>;

/** What a save may do to the world. */
export interface SaveActions<Tx> {
  readonly note: (tx: Tx, text: string) => void | Promise<void>;
  readonly enqueueNext: (tx: Tx) => Promise<unknown>;
}

export function endRun<Tx>(
  job: ProcessingJob,
  { ending, tokens, told }: Pick<EndStep, "ending" | "tokens" | "told">,
  { otherGates, actions }: { readonly otherGates: readonly GateKey[]; readonly actions: SaveActions<Tx> },
): EndedRun<Tx> {
  const own = taskGateKey(job.taskType);
  const closing = defaultGate(job.taskType, otherGates);
  return {
    job,
    outcome: outcomeOf(ending, closing),
    elapsedMs: 1_500,
    jitter: 0.25,
    policy: defaultJobPolicy,
    gates: [own, ...otherGates],
    defaultGate: closing,
    usage:
      tokens === null
        ? null
        : {
            model: "acme:mt-2",
            inputTokens: tokens,
            cachedInputTokens: null,
            outputTokens: 0,
            costUsd: "0.01",
          },
    asked: true,
    told: told === null ? null : { gate: closing, limits: told },
    save: saveOf(ending, `${job.id} ${job.leaseNo}`, actions),
  };
}

function outcomeOf(ending: Ending, gate: GateKey): RunOutcome {
  switch (ending) {
    case "succeeds":
    case "succeeds and saves":
    case "succeeds and enqueues":
    case "fails to save":
    case "is superseded in its save":
      return { type: "succeeded", result: { ending } };
    case "is rate limited":
      return rateLimited(gate, { waitMs: null });
    case "is rate limited for the day":
      return rateLimited(gate, { waitMs: 3_600_000, scope: "day" });
    case "finds the provider down":
      return unavailable(gate);
    case "is blocked":
      return blocked(gate);
    case "fails for now":
      return transient;
    case "times out":
      return { type: "timeout", waitMs: null, failure };
    case "has an answer that cannot be used":
      return outputInvalid;
    case "fails for good":
      return permanent;
    case "has a bad payload":
      return { type: "payload_invalid", failure };
    case "cannot be run":
      return { type: "unroutable", failure };
    case "is released":
      return { type: "released" };
    default:
      return assertNever(ending);
  }
}

function saveOf<Tx>(ending: Ending, note: string, actions: SaveActions<Tx>): EndedRun<Tx>["save"] {
  switch (ending) {
    case "succeeds and saves":
      return (tx) => actions.note(tx, note);
    case "succeeds and enqueues":
      return actions.enqueueNext;
    case "fails to save":
      return async (tx) => {
        await actions.note(tx, note);
        throw new TransientError("the save failed");
      };
    case "is superseded in its save":
      return async (tx) => {
        await actions.note(tx, note);
        throw new SupersededError();
      };
    default:
      return null;
  }
}

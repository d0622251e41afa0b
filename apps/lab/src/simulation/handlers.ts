import {
  BlockedError,
  type Handler,
  handle,
  OutputInvalidError,
  PermanentError,
  RateLimitedError,
  type Run,
  type RunResult,
  type RunSignal,
  type RunUsage,
  SupersededError,
  TransientError,
  UnavailableError,
} from "@sluice/core";
import type { Jobs } from "@sluice/runner";
import type { Chance } from "./chance.js";
import { type Model, modelsOf } from "./models.js";
import type { Answer, Provider } from "./provider.js";
import { enqueuedTasks, handledTasks, type Payload, type TaskType } from "./tasks.js";
import type { VirtualProcess } from "./virtual-process.js";
import type { SimulatedTx, World } from "./world.js";

/** What a worker's process needs to do its tasks, and to do them badly. */
export interface HandlerSurroundings {
  readonly world: World;
  readonly process: VirtualProcess;
  readonly provider: Provider;
  /** To enqueue in a `save`, which goes on in the store's own session. */
  readonly jobs: Jobs<SimulatedTx>;
  readonly chance: Chance;
}

export function createHandler(type: TaskType, surroundings: HandlerSurroundings): Handler<SimulatedTx> {
  const { world, chance } = surroundings;
  const isSpecial = chance.isTrue(0.2);
  return handle(handledTasks[type], {
    gates: modelsOf(type, world.models).map(({ declared }) => declared),
    timeoutMs: world.plan.timeoutMs,
    ...(isSpecial && !world.plan.isRush && { concurrency: chance.whole(1, 2) }),
    run: (run) => perform(type, run, surroundings),
  });
}

async function perform(
  type: TaskType,
  { job, payload, signal }: Pick<Run<Payload, string>, "job" | "payload" | "signal">,
  surroundings: HandlerSurroundings,
): Promise<RunResult<SimulatedTx>> {
  const { world, process, provider, jobs, chance } = surroundings;
  const { faults, book } = world;
  book.noteRun(job, payload);
  if (faults.happens("handler-broken", process.name)) throw new TypeError("cannot read it");

  const [model] = modelsOf(type, world.models);
  const isListening = !faults.happens("signal-ignored", process.name);
  const until = <Value>(promise: Promise<Value>) => (isListening ? orAborted(promise, signal) : promise);
  let usage: RunUsage | null = null;
  const [leastMs, mostMs] = world.plan.isRush ? [0.1, 2] : [10, 1_000];
  if (model === undefined) await until(process.sleep(chance.between(leastMs, mostMs)));
  else usage = usageOf(await until(provider.call(process, model)), model, chance);

  // The answer is in, and paid for.
  if (faults.happens("crash-in-run", process.name)) process.crash();
  // By the time it commits, the job may be another's.
  if (faults.happens("stall-in-run", process.name)) {
    process.stall(world.plan.leaseMs * chance.between(0.5, 4));
  }
  if (model !== undefined) await process.sleep(1);
  if (faults.happens("result-not-json", process.name)) return { result: Number.NaN };
  const { id: jobId, leaseNo } = job;
  const result: RunResult<SimulatedTx> = {
    result: { request: payload.request },
    ...(usage !== null && { usage }),
    ...(model?.tellsLimits === true && {
      told: { gate: model.gate, limits: { requestsPerMinute: model.requestsPerMinute } },
    }),
  };
  if (type === "notify") return result;
  return {
    ...result,
    save: async (tx) => {
      if (faults.happens("target-changed", process.name)) throw new SupersededError();
      tx.writes.push({ jobId, leaseNo });
      if (faults.happens("save-failed", process.name)) throw new Error("the row violates a constraint");
      if (!chance.isTrue(0.1)) return;
      const request = book.newNumber();
      const next = { payload: { request, isOutdated: false } };
      const { outcome } = await jobs.enqueue(enqueuedTasks.notify, next, { tx });
      if (outcome === "created") tx.requests.push(request);
    },
  };
}

/** As a well-behaved call does: over when the signal says so. */
function orAborted<Value>(promise: Promise<Value>, signal: RunSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}

/** As a handler of a real provider would: an answer is used, everything else is thrown. */
function usageOf(answer: Answer, { gate, tellsWait }: Model, chance: Chance): RunUsage {
  // Some name the gate, some leave it to the runner to find it.
  const where = chance.isTrue(0.5) ? { gate } : {};
  switch (answer.type) {
    case "answer": {
      const usage: RunUsage = {
        model: gate,
        inputTokens: answer.tokens,
        cachedInputTokens: null,
        outputTokens: null,
        costUsd: null,
      };
      if (answer.isMalformed) throw new OutputInvalidError("not what was asked for", { usage });
      return usage;
    }
    case "rate-limited":
      throw new RateLimitedError({ ...where, waitMs: answer.waitMs, scope: answer.scope });
    case "server-error":
      throw new UnavailableError("503", { ...where, waitMs: answer.waitMs });
    case "key-refused":
      throw new BlockedError("auth", "401", where);
    case "refused-for-good":
      throw new PermanentError("content filter", { code: "content_filter" });
    case "connection-reset":
      throw new TransientError("socket hang up", {
        waitMs: chance.isTrue(0.3) && tellsWait > 0 ? 3_000 : null,
      });
  }
}

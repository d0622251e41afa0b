import type { EndedRun, Wake } from "@sluice/core";
import type { Chance } from "./chance.js";
import type { Plan } from "./plan.js";
import type { VirtualProcess } from "./virtual-process.js";
import type { SimulatedStore, SimulatedTx, World } from "./world.js";

/** What processes hear when a call, or its answer, was lost. */
export class StoreUnreachableError extends Error {
  override readonly name = "StoreUnreachableError";
  readonly code = "ECONNRESET";
}

/** So long after it was sent, a call has taken effect or never will. */
export function longestLateMs({ leaseMs }: Plan): number {
  return slowestMs + 2 * leaseMs;
}

const slowestMs = 2_000;
const latencyMs = 10;

/**
 * The store as one process sees it, over a network: calls and answers take their time, and get lost; the process may die
 * before a call, and after the call took effect but before it is answered. What was sent takes effect, whatever becomes
 * of the process.
 */
export function connectStore(world: World, process: VirtualProcess, chance: Chance): SimulatedStore {
  const { store, clock, faults, plan } = world;

  function call<Answer>(operation: string, ask: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!process.isAlive) return;
      const fail = (afterMs: number) =>
        clock.schedule(afterMs, () =>
          process.enter(() => reject(new StoreUnreachableError(`no answer to ${operation}`))),
        );
      const happens = (fault: Parameters<typeof faults.happens>[0]) =>
        faults.happens(fault, `${process.name} ${operation}`);

      if (process.mayCrash && happens("crash-before-call")) {
        process.crash();
        return;
      }
      if (clock.monotonicMs() < world.storeAwayUntilMs || happens("call-lost")) {
        fail(chance.between(1, 500));
        return;
      }
      const slowness = happens("slow-call") ? slowestMs / latencyMs : 1;
      const isLate = happens("late-call");
      const isUnanswered = happens("reply-lost") || isLate;
      // As over a connection that is half open: nothing comes back, not even a failure, or much later.
      const isHalfOpen = process.mayCrash && happens("call-unanswered");
      const heldBackMs = isHalfOpen ? chance.between(0, 4 * plan.leaseMs) : 0;
      const isForgotten = isHalfOpen && chance.isTrue(0.5);
      const diesThen = process.mayCrash && happens("crash-after-call");
      if (isUnanswered) fail(chance.between(20, 2_000));
      clock.schedule(
        chance.between(1, latencyMs) * slowness + (isLate ? chance.between(0, 2 * plan.leaseMs) : 0),
        () => {
          const asked = ask();
          if (diesThen) process.crash();
          const back = (settle: () => void) => {
            if (isUnanswered || isForgotten) return;
            const backInMs = chance.between(1, latencyMs) * slowness + heldBackMs;
            clock.schedule(backInMs, () => process.enter(settle));
          };
          asked.then(
            (answer) => back(() => resolve(answer)),
            (error: Error) => back(() => reject(error)),
          );
        },
      );
    });
  }

  /** A `save` is the process's own code, in the midst of the store's transaction. */
  function throughProcess(run: EndedRun<SimulatedTx>): EndedRun<SimulatedTx> {
    const { save } = run;
    if (save === null) return run;
    return {
      ...run,
      save: async (tx) => {
        await process.sleep(chance.between(1, 20));
        if (faults.happens("crash-in-save", process.name)) process.crash();
        await process.sleep(chance.between(1, 20));
        return await save(tx);
      },
    };
  }

  function through<Args extends readonly unknown[], Answer>(
    operation: string,
    method: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return (...args) => call(operation, () => method(...args));
  }

  function deliver(wake: Wake, onWake: (wake: Wake) => void): void {
    if (faults.happens("wake-lost", process.name)) return;
    clock.schedule(chance.between(1, 50), () => process.enter(() => onWake(wake)));
  }

  return {
    supports: { parallelConnections: true, notifications: plan.hasNotifications },
    enqueue: through("enqueue", store.enqueue),
    claim: through("claim", store.claim),
    renew: through("renew", store.renew),
    commit: (runs) => call("commit", () => store.commit(runs.map(throughProcess))),
    putTaskGates: through("put-task-gates", store.putTaskGates),
    putWorker: through("put-worker", store.putWorker),
    removeWorker: through("remove-worker", store.removeWorker),
    maintain: through("maintain", store.maintain),
    listen: async (onWake) => {
      const stop = await call("listen", () => store.listen((wake) => deliver(wake, onWake)));
      return () => call("stop-listening", stop);
    },
    cancel: through("cancel", store.cancel),
    retry: through("retry", store.retry),
    pauseGate: through("pause-gate", store.pauseGate),
    resumeGate: through("resume-gate", store.resumeGate),
    openGate: through("open-gate", store.openGate),
    prune: through("prune", store.prune),
    now: through("now", store.now),
    getJob: through("get-job", store.getJob),
    getNextDueJob: through("get-next-due-job", store.getNextDueJob),
    listJobs: through("list-jobs", store.listJobs),
    countJobs: through("count-jobs", store.countJobs),
    countPrunable: through("count-prunable", store.countPrunable),
    listAttempts: through("list-attempts", store.listAttempts),
    listGates: through("list-gates", store.listGates),
    listTaskGates: through("list-task-gates", store.listTaskGates),
    listWorkers: through("list-workers", store.listWorkers),
    getTargetStatus: through("get-target-status", store.getTargetStatus),
    close: through("close", store.close),
  };
}

import { type GateKey, isGateOpen, type Job, taskGateKey } from "@sluice/core";
import { createJobs } from "@sluice/runner";
import { connectStore, StoreUnreachableError } from "./connect-store.js";
import { taskTypes } from "./tasks.js";
import { shortId } from "./trace.js";
import { createProcess } from "./virtual-process.js";
import type { Watch } from "./watch-store.js";
import type { World } from "./world.js";

/** People who pause, resume, open, cancel and retry without any plan. */
export interface Operators {
  start(): void;
  /** Faults are over: from now on they only see to it that nothing stays paused. */
  settle(): void;
  stop(): void;
}

const settleEveryMs = 10_000;

export function createOperators(world: World, watch: Watch): Operators {
  const { plan, clock, trace, models } = world;
  const chance = world.chance.fork("operators");
  const process = createProcess("operator", clock);
  const jobs = createJobs({
    store: connectStore(world, process, chance),
    clock: process.clock,
    random: chance,
  });
  const gates = [
    ...taskTypes.map(taskGateKey),
    models.fast.gate,
    models.careful.gate,
    models.local.gate,
  ] as const satisfies readonly GateKey[];
  let isSettling = false;
  let isStopped = false;

  function next(): void {
    const waitMs = isSettling ? settleEveryMs : chance.gapMs(plan.operateEveryMs);
    process.clock.schedule(waitMs, () => {
      if (isStopped) return;
      void (isSettling ? resumeAll() : meddle()).catch((error: unknown) => {
        trace.note(process.name, () => `failed: ${String(error)}`);
        if (!(error instanceof StoreUnreachableError)) world.violate("client", String(error));
      });
      next();
    });
  }

  async function meddle(): Promise<void> {
    const gate = chance.pick([gates[0], ...gates.slice(1)]);
    const deed = chance.pick(["pause", "resume", "resume", "open", "cancel", "retry", "retry", "explain"]);
    const job = drawJob();
    switch (deed) {
      case "pause": {
        const pause = chance.isTrue(0.2) ? {} : { forMs: chance.whole(500, 30_000) };
        trace.note(process.name, () => `pauses ${gate} for ${pause.forMs ?? "ever"}`);
        await jobs.pause(gate, pause);
        return;
      }
      case "resume":
        trace.note(process.name, () => `resumes ${gate}`);
        await jobs.resume(gate);
        return;
      case "open":
        trace.note(process.name, () => `opens ${gate}`);
        await jobs.openGate(gate);
        return;
      case "cancel":
      case "retry": {
        if (job === undefined) return;
        const answer = await jobs[deed](job.id);
        trace.note(process.name, () => `${deed} of ${shortId(job.id)} (${job.status}): ${answer.type}`);
        return;
      }
      case "explain":
        await jobs.explain(chance.pick(taskTypes));
    }
  }

  /** Running ones are few, and worth as much attention as all others together. */
  function drawJob(): Job | undefined {
    const all = [...watch.jobs.values()];
    const running = all.filter(({ status }) => status === "processing");
    const some = running.length > 0 && chance.isTrue(0.5) ? running : all;
    return some[chance.whole(0, some.length - 1)];
  }

  /** A pause may still be under way when the faults are over. */
  async function resumeAll(): Promise<void> {
    for (const gate of await world.store.listGates())
      if (gate.pausedUntil !== null && !isGateOpen({ ...gate, closing: null }, await world.store.now()))
        await jobs.resume(gate.key);
  }

  return {
    start: next,
    settle() {
      isSettling = true;
    },
    stop() {
      isStopped = true;
    },
  };
}

import { checkHistory, type History } from "@sluice/testkit";
import { longestLateMs } from "./connect-store.js";
import { type CreatedWorld, createWorld, type Plant } from "./create-world.js";
import type { FaultKind } from "./faults.js";
import { startPromptness } from "./laws/promptness.js";
import { createOperators } from "./operators.js";
import { createProvider } from "./provider.js";
import { startWeather } from "./weather.js";
import { createWorkerSlot } from "./worker-slot.js";
import { createWorkload } from "./workload.js";
import type { Violation } from "./world.js";

/** What one run has come to. */
export interface Simulated {
  readonly seed: number;
  readonly jobs: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  readonly violations: readonly Violation[];
  readonly history: History;
  readonly trace: readonly string[];
}

/** Time enough for every wait that somebody named, and for the longest one between two probes. */
const settleLimitMs = 30 * 60_000;

/**
 * A fleet's life in virtual time: at first everything goes wrong that this seed knows of, then nothing does any more, and
 * every job has to come to its end. The same seed always gives the same run, to the last byte.
 */
export async function simulate(
  seed: number,
  {
    isTraced = false,
    plant = (store) => store,
  }: { readonly isTraced?: boolean; readonly plant?: Plant | undefined } = {},
): Promise<Simulated> {
  const created = createWorld(seed, { isTraced, plant });
  const { world, violations } = created;
  await live(created);
  const history = await created.finishHistory();
  for (const { invariant, jobId, message } of checkHistory(history, { allEnded: true }))
    world.violate(invariant, jobId === null ? message : `${jobId} ${message}`);
  for (const fault of world.book.check(history.final.jobs)) world.violate("requests", fault);
  return {
    seed,
    jobs: history.final.jobs.length,
    faults: world.faults.counts,
    violations,
    history,
    trace: world.trace.lines,
  };
}

async function live({ world, watch }: CreatedWorld): Promise<void> {
  const { plan, clock, chance, faults, trace } = world;
  const provider = createProvider(world, chance.fork("provider"));
  const fleet = Array.from({ length: plan.workers }, (_, index) =>
    createWorkerSlot(world, provider, index + 1),
  );
  const promptness = startPromptness(world, watch);
  const operators = createOperators(world, watch);
  const workload = createWorkload(world);
  for (const slot of fleet) slot.boot();
  operators.start();
  workload.start();
  startWeather(world, provider);
  await clock.advance(plan.troubleMs);

  trace.note("weather", () => "clears up");
  faults.switchOff();
  world.storeAwayUntilMs = 0;
  provider.recover();
  operators.settle();
  try {
    const lateCallsUntilMs = clock.monotonicMs() + longestLateMs(plan);
    const areLateCallsOver = () => clock.monotonicMs() > lateCallsUntilMs;
    await clock.runUntil(() => workload.isDone && watch.unfinished === 0 && areLateCallsOver(), {
      limitMs: settleLimitMs,
    });
  } catch (error) {
    world.violate("liveness", `${watch.unfinished} jobs have not ended: ${String(error)}`);
  }
  operators.stop();
  promptness.stop();
  try {
    await clock.finish(Promise.all(fleet.map((slot) => slot.end())));
    await clock.runUntilIdle();
  } catch (error) {
    world.violate("worker", `does not come to rest: ${String(error)}`);
  }
}

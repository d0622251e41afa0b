import { createVirtualClock } from "@sluice/runner/testing";
import { createMemoryStore, type History, recordHistory, type SavedResult } from "@sluice/testkit";
import { createChance } from "./chance.js";
import { drawFaults } from "./faults.js";
import { createCancelLaw } from "./laws/cancel-law.js";
import { createIdleWorkers } from "./laws/idle-workers.js";
import { drawModels } from "./models.js";
import { drawPlan } from "./plan.js";
import { createRequestBook } from "./request-book.js";
import { createTrace } from "./trace.js";
import { type Watch, watchStore } from "./watch-store.js";
import type { SimulatedStore, SimulatedTx, Violation, World } from "./world.js";

/** Changes a store for the worse, to see whether anybody notices. */
export type Plant = (store: SimulatedStore) => SimulatedStore;

export interface CreatedWorld {
  readonly world: World;
  readonly watch: Watch;
  readonly violations: readonly Violation[];
  finishHistory(): Promise<History>;
}

/** More say nothing new. */
const maxViolations = 20;

export function createWorld(
  seed: number,
  { isTraced, plant }: { readonly isTraced: boolean; readonly plant: Plant },
): CreatedWorld {
  const chance = createChance(seed);
  const clock = createVirtualClock();
  const trace = createTrace(clock.monotonicMs, { isOn: isTraced });
  const plan = drawPlan(chance.fork("plan"));
  const violations: Violation[] = [];
  function violate(law: string, detail: string): void {
    if (violations.length >= maxViolations) return;
    violations.push({ atMs: Math.floor(clock.monotonicMs()), law, detail });
    trace.note("LAW", () => `${law}: ${detail}`);
  }

  const book = createRequestBook(violate);
  const saved: SavedResult[] = [];
  const memory = createMemoryStore<SimulatedTx>({
    clock: () => Math.floor(clock.wallMs()),
    transaction: () => ({ writes: [], requests: [] }),
    onCommit({ writes, requests }) {
      saved.push(...writes);
      book.noteCommitted(requests);
    },
    upkeepPolicy: { unroutableAfterMs: plan.unroutableAfterMs },
  });
  const bare = plant(memory);
  const recorder = recordHistory(bare);
  const cancels = createCancelLaw(clock.monotonicMs);
  const watch = watchStore(bare, recorder.store, { book, cancels, violate });
  const world: World = {
    plan,
    models: drawModels(chance.fork("models")),
    clock,
    chance,
    faults: drawFaults(chance.fork("faults"), trace),
    trace,
    book,
    idle: createIdleWorkers(clock),
    cancels,
    store: watch.store,
    async transaction(work) {
      try {
        return await memory.transaction(work);
      } finally {
        await watch.look("transaction");
      }
    },
    storeAwayUntilMs: 0,
    violate,
  };
  return { world, watch, violations, finishHistory: () => recorder.finish(saved) };
}

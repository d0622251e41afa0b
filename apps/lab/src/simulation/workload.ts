import type { AnyTask } from "@sluice/core";
import { createJobs, type JobOptions } from "@sluice/runner";
import { connectStore, StoreUnreachableError } from "./connect-store.js";
import { rushJobs } from "./plan.js";
import { enqueuedTasks, retiredType, taskTypes } from "./tasks.js";
import { createProcess } from "./virtual-process.js";
import type { SimulatedTx, World } from "./world.js";

/** Those who want things done. */
export interface Workload {
  /** Everything has been asked for. */
  readonly isDone: boolean;
  start(): void;
}

const changedMind = "the app changed its mind";

/** By the app, or by the store: a key that was free when it was asked for is taken. */
function isRolledBack(error: unknown): boolean {
  return error instanceof Error && (error.message === changedMind || error.message.includes("the same key"));
}

interface Wish {
  readonly number: number;
  readonly task: AnyTask;
  readonly request: { readonly payload: unknown; readonly target?: { type: string; id: string } };
  readonly options: JobOptions;
}

export function createWorkload(world: World): Workload {
  const { plan, clock, trace, faults, store } = world;
  const chance = world.chance.fork("workload");
  const process = createProcess("producer", clock);
  const remote = createJobs({
    store: connectStore(world, process, chance),
    clock: process.clock,
    random: chance,
  });
  const inSession = createJobs({ store, clock: process.clock, random: chance });
  let left = plan.requests;
  let underWay = 0;

  function next(): void {
    if (left <= 0) return;
    process.clock.schedule(chance.gapMs(plan.troubleMs / plan.requests / 2), () => {
      underWay += 1;
      void ask(askForSome).finally(() => {
        underWay -= 1;
      });
      next();
    });
  }

  function rush(): void {
    if (!plan.isRush) return;
    underWay += 1;
    process.clock.schedule(chance.between(0, plan.troubleMs), () => {
      void ask(askForRush).finally(() => {
        underWay -= 1;
      });
    });
  }

  async function askForSome(): Promise<void> {
    const share = chance.fraction();
    if (share < 0.15) await askForMany();
    else if (share < 0.3) await askInTransaction();
    else await askFor(drawWish());
  }

  async function ask(some: () => Promise<void>): Promise<void> {
    try {
      await some();
    } catch (error) {
      trace.note(process.name, () => `failed: ${String(error)}`);
      if (!(error instanceof StoreUnreachableError || isRolledBack(error)))
        world.violate("client", String(error));
    }
  }

  async function askFor({ number, task, request, options }: Wish): Promise<void> {
    left -= 1;
    trace.note(
      process.name,
      () => `asks ${number}: ${task.type} ${JSON.stringify({ ...request, ...options })}`,
    );
    const { id, outcome } = await remote.enqueue(task, request, options);
    trace.note(process.name, () => `request ${number} ${outcome} ${id}`);
  }

  async function askForMany(): Promise<void> {
    const wishes = Array.from({ length: chance.whole(2, 6) }, drawWish);
    left -= wishes.length;
    const { task } = wishes[0] ?? drawWish();
    const alike = wishes.filter((wish) => wish.task === task);
    for (const { number, request, options } of alike)
      trace.note(
        process.name,
        () => `asks ${number}, with others: ${describe(task, { ...request, ...options })}`,
      );
    await remote.enqueueMany(
      task,
      alike.map(({ request, options }) => ({ ...request, ...options })),
    );
  }

  /** Many at once. */
  async function askForRush(): Promise<void> {
    const requests = Array.from({ length: rushJobs }, () => ({
      payload: { request: world.book.newNumber(), isOutdated: false },
    }));
    trace.note(process.name, () => `asks for ${requests.length} at once`);
    await remote.enqueueMany(enqueuedTasks.notify, requests);
  }

  /** In the app's own transaction, which may come to nothing. */
  async function askInTransaction(): Promise<void> {
    const wishes = Array.from({ length: chance.whole(1, 3) }, drawWish);
    left -= wishes.length;
    const made: number[] = [];
    try {
      await world.transaction(async (tx) => {
        for (const { number, task, request, options } of wishes) {
          await process.sleep(chance.between(1, 100));
          await askInSession(tx, made, { number, task, request, options });
        }
        if (chance.isTrue(0.3)) throw new Error(changedMind);
      });
    } catch (error) {
      world.book.noteRolledBack(made);
      throw error;
    }
  }

  async function askInSession(tx: SimulatedTx, made: number[], wish: Wish): Promise<void> {
    const { number, task, request } = wish;
    // Keys of their own, and none replaced: what is staged in a transaction is nobody's last word yet.
    const key = wish.options.dedupeKey === undefined ? {} : ({ dedupeKey: "tx", dedupe: "keep" } as const);
    const options = { ...wish.options, ...key };
    const { outcome } = await inSession.enqueue(task, request, { ...options, tx });
    trace.note(process.name, () => `request ${number} ${outcome} in a transaction`);
    if (outcome !== "created") return;
    tx.requests.push(number);
    made.push(number);
  }

  function drawWish(): Wish {
    const number = world.book.newNumber();
    const isRetired = faults.isOn && chance.isTrue(0.01);
    const task = enqueuedTasks[isRetired ? retiredType : chance.pick(taskTypes)];
    const payload = { request: number, isOutdated: chance.isTrue(0.04) };
    const target =
      task.targets === null
        ? {}
        : { target: { type: drawTargetType(task.targets), id: String(chance.whole(1, 5)) } };
    return { number, task, request: { payload, ...target }, options: drawOptions() };
  }

  /** The last type is one that workers do not know any more, where there is more than one. */
  function drawTargetType(types: readonly string[]): string {
    const known = types.length > 1 && !chance.isTrue(0.1) ? types.slice(0, -1) : types;
    return known[chance.whole(0, known.length - 1)] ?? "document";
  }

  function drawOptions(): JobOptions {
    return {
      maxAttempts: chance.whole(1, 4),
      ...(chance.isTrue(0.3) && { priority: chance.whole(-2, 2) }),
      ...(chance.isTrue(0.2) && { delayMs: chance.whole(0, 20_000) }),
      ...(chance.isTrue(0.1) && { deadlineMs: chance.whole(500, 40_000) }),
      ...(chance.isTrue(0.4) && {
        dedupeKey: `key-${chance.whole(1, 4)}`,
        dedupe: chance.pick(["keep", "replace", "rerun"]),
      }),
    };
  }

  return {
    get isDone() {
      return left <= 0 && underWay === 0;
    },
    start() {
      next();
      rush();
    },
  };
}

function describe({ type }: AnyTask, { payload: _, ...wish }: Wish["request"] & JobOptions): string {
  return `${type} ${JSON.stringify(wish)}`;
}

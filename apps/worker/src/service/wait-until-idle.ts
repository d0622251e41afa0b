import { setTimeout as sleep } from "node:timers/promises";
import { type InspectStore, liveStatuses } from "@sluice/core";
import type { Jobs, Worker } from "@sluice/runner";
import { isDatabaseAway } from "@sluice/store-drizzle";
import { findLeftToDo, type LeftToDo } from "./find-left-to-do.js";

/** What still waits when a worker is idle: why, in the words of `explain`. */
export interface Leftover {
  readonly left: Exclude<LeftToDo, "nothing" | "something">;
  readonly text: string;
}

interface IdleOptions<Tx> {
  readonly store: InspectStore;
  readonly jobs: Jobs<Tx>;
  readonly worker: Pick<Worker, "status" | "on">;
  readonly taskTypes: readonly string[];
  readonly signal: AbortSignal;
}

/** Looks count all jobs: they are rare while nothing changes. */
const firstLookMs = 200;
const maxLookMs = 2_000;

/**
 * Until nothing is left to do for a worker of these task types: no job runs anywhere, and none waits that could run without an
 * operator, a date or a mended key. Two looks in a row have to agree, with no claim in between; while the database is away there is
 * nothing to see, and it is waited for. Answers what is left behind; at once when the signal is aborted.
 */
export async function waitUntilIdle<Tx>(options: IdleOptions<Tx>): Promise<readonly Leftover[]> {
  const { worker, signal } = options;
  let claims = 0;
  const stopCounting = worker.on("claimed", () => {
    claims += 1;
  });
  try {
    for (let waitMs = firstLookMs, quietLooks = 0, claimsBefore = -1; !signal.aborted; ) {
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      const isBusy = worker.status.running + worker.status.uncommitted > 0 || claims !== claimsBefore;
      claimsBefore = claims;
      waitMs = isBusy ? firstLookMs : Math.min(maxLookMs, waitMs * 1.5);
      const leftovers = isBusy || signal.aborted ? null : await lookForLeftovers(options).catch(waitIfAway);
      quietLooks = leftovers === null ? 0 : quietLooks + 1;
      if (leftovers !== null && quietLooks === 2) return leftovers;
      if (leftovers !== null) waitMs = firstLookMs;
    }
    return [];
  } finally {
    stopCounting();
  }
}

function waitIfAway(error: unknown): null {
  if (isDatabaseAway(error)) return null;
  throw error;
}

/** `null`: there is something to do. */
async function lookForLeftovers<Tx>({
  store,
  jobs,
  taskTypes,
}: IdleOptions<Tx>): Promise<readonly Leftover[] | null> {
  const live = await store.countJobs({ statuses: liveStatuses });
  const leftovers: Leftover[] = [];
  for (const taskType of taskTypes.filter((type) => live.some((count) => count.taskType === type))) {
    const { causes, text } = await jobs.explain(taskType);
    const left = findLeftToDo(taskType, live, causes);
    if (left === "something") return null;
    if (left !== "nothing") leftovers.push({ left, text });
  }
  return leftovers;
}

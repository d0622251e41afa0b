import { setTimeout as sleep } from "node:timers/promises";
import { type InspectStore, isTerminalStatus, type JobCount } from "@sluice/core";

const lookEveryMs = 200;

/** Until no job waits or runs any more. `onLook` is told the counts each time. Throws the signal's reason. */
export async function waitUntilIdle(
  store: InspectStore,
  { onLook, signal }: { onLook?: (counts: readonly JobCount[]) => void; signal?: AbortSignal } = {},
): Promise<readonly JobCount[]> {
  for (;;) {
    signal?.throwIfAborted();
    const counts = await store.countJobs();
    onLook?.(counts);
    if (counts.every(({ status }) => isTerminalStatus(status))) return counts;
    await sleep(lookEveryMs, undefined, signal === undefined ? {} : { signal });
  }
}

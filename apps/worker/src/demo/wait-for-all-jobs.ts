import { setTimeout as sleep } from "node:timers/promises";
import { type InspectStore, isTerminalStatus, type JobCount } from "@sluice/core";

const lookEveryMs = 200;

/** Until every job has ended. `onLook` is told the counts each time. */
export async function waitForAllJobs(
  store: InspectStore,
  onLook: (counts: readonly JobCount[]) => void,
): Promise<readonly JobCount[]> {
  for (;;) {
    const counts = await store.countJobs();
    onLook(counts);
    if (counts.every(({ status }) => isTerminalStatus(status))) return counts;
    await sleep(lookEveryMs);
  }
}

import type { Clock } from "@sluice/core";

/** Waits for the work, but not for longer than that. */
export async function atMost(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = clock.schedule(ms, resolve);
    work.finally(cancel).then(resolve, reject);
  });
}

import type { Stage } from "../stage.js";

const perRequest = 20_000;

/** Many jobs, by the engine's own bulk call. */
export async function fill({ producer }: Stage, taskType: string, jobs: number): Promise<void> {
  for (let done = 0; done < jobs; done += perRequest)
    await producer.call("enqueueMany", [taskType, Math.min(perRequest, jobs - done), 1_000]);
}

import type { MaintainAnswer, MaintainRequest, UpkeepPolicy, Wake } from "@sluice/core";
import { replay } from "../sql/replay.js";
import type { Session } from "../sql/session.js";
import { removeSilentWorkers } from "../workers/workers.js";
import { endPastDeadline } from "./end-past-deadline.js";
import { endUnroutable } from "./end-unroutable.js";
import type { LastCounted } from "./last-counted.js";
import { promoteJobs } from "./promote-jobs.js";
import { pruneJobs } from "./prune-jobs.js";
import { reclaimJobs } from "./reclaim-jobs.js";
import { readUpkeepInMs } from "./upkeep-in-ms.js";

export interface Maintained {
  readonly answer: MaintainAnswer;
  readonly wakes: readonly Wake[];
}

/** One bounded step of each kind of upkeep, each in a transaction of its own. */
export async function maintain(
  session: Session,
  request: MaintainRequest,
  { upkeep, counted }: { readonly upkeep: UpkeepPolicy; readonly counted: LastCounted },
): Promise<Maintained> {
  // First what somebody waits for the longest: with a fleet that is killed again and again, a step may not come to its end.
  const reclaimed = await replay(() => reclaimJobs(session, request));
  const promoted = await promoteJobs(session, { limit: request.limit });
  const expired = await replay(() => endPastDeadline(session, request));
  const unroutable = await replay(() => endUnroutable(session, request, upkeep));
  const deleted = await pruneJobs(session, { keep: upkeep, limit: request.limit }, counted);
  await removeSilentWorkers(session, upkeep.keepSilentWorkersMs, request.limit);
  const taskTypes = [...new Set(promoted)];
  return {
    answer: {
      promoted: promoted.length,
      reclaimed: reclaimed.count,
      expired: expired.count,
      unroutable: unroutable.count,
      deleted,
      upkeepInMs: await readUpkeepInMs(session),
    },
    wakes: [
      ...(taskTypes.length === 0 ? [] : [{ type: "jobs", taskTypes } as const]),
      ...reclaimed.wakes,
      ...expired.wakes,
      ...unroutable.wakes,
    ],
  };
}

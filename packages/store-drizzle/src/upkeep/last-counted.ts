import { type EpochMs, type FinishedKind, keptOf, keptSince, type RetentionPolicy } from "@sluice/core";
import { type InstantColumn, toInstant, toOptionalInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface LastCountedRow {
  readonly now: InstantColumn;
  readonly completed: InstantColumn | null;
  readonly failed: InstantColumn | null;
  readonly workers: number;
}

/** Of each kind, the instant before which jobs have ended that go. */
export type KeptSince = Readonly<Record<FinishedKind, EpochMs>>;

/**
 * A count goes over the index entries of all that is kept, a million of them perhaps: half a second until vacuum has seen them. It may
 * take a hundredth of the time, of all workers together.
 */
const goodForTimes = 100;
/** So many are counted whenever they are asked for. */
const shortCount = 1_000;

const nthNewest = (kind: string, number: string): string =>
  `case when ${number} is not null then (select sluice.to_ms(finished_at) from sluice.finished_jobs
     where status ${kind} 'completed' order by finished_at desc offset ${number} limit 1) end`;

// Locks nothing, and may be repeated. The indexes of completed and of other finished jobs by the time of their end, from the newest, as
// far as is kept, and the table of workers.
const find = statement<LastCountedRow>(
  "find_last_counted",
  `select sluice.to_ms(sluice.now()) as now, ${nthNewest("=", "$1::bigint")} as completed, ${nthNewest("<>", "$2::bigint")} as failed,
     (select count(*) from sluice.workers where seen_at > (select sluice.now()) - interval '1 minute')::float8 as workers`,
);

/**
 * When the last of those jobs ended that are kept by their number. Jobs end later and later, so what was found once lets too few go
 * until it is looked for again; too many only by as many as are retried or deleted by hand meanwhile.
 */
export class LastCounted {
  readonly #monotonicMs: () => number;
  #goodUntilMs: number;
  #found: Readonly<Record<FinishedKind, EpochMs | null>> = { completed: null, failed: null };

  /** Long counts begin after `waitMs`: a worker that starts has better things to do, and a fleet starts all at once. */
  constructor({ waitMs = 0, monotonicMs = () => performance.now() } = {}) {
    this.#monotonicMs = monotonicMs;
    this.#goodUntilMs = monotonicMs() + waitMs;
  }

  async keptSince(session: Session, policy: RetentionPolicy): Promise<KeptSince> {
    const [completed, failed] = [keptOf("completed", policy), keptOf("failed", policy)];
    const startedAtMs = this.#monotonicMs();
    const isFresh = startedAtMs < this.#goodUntilMs;
    const offsetOf = ({ keepCount }: typeof completed): number | null =>
      keepCount === null || keepCount === 0 || (isFresh && keepCount > shortCount) ? null : keepCount - 1;
    const offsets = { completed: offsetOf(completed), failed: offsetOf(failed) };
    const [row] = await session.run(find, offsets.completed, offsets.failed);
    if (row === undefined) throw new Error("the database does not tell the time");
    const foundOf = (kind: FinishedKind): EpochMs | null =>
      offsets[kind] === null ? this.#found[kind] : toOptionalInstant(row[kind]);
    this.#found = { completed: foundOf("completed"), failed: foundOf("failed") };
    if (!isFresh) {
      const endedAtMs = this.#monotonicMs();
      this.#goodUntilMs = endedAtMs + goodForTimes * Math.max(1, row.workers) * (endedAtMs - startedAtMs);
    }
    const now = toInstant(row.now);
    return {
      completed: keptSince(completed, { now, lastCountedAt: this.#found.completed }),
      failed: keptSince(failed, { now, lastCountedAt: this.#found.failed }),
    };
  }
}

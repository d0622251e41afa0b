import { type EpochMs, type FinishedKind, keptOf, keptSince, type RetentionPolicy } from "@sluice/core";
import { type InstantColumn, toInstant, toOptionalInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface LastCountedRow {
  readonly now: InstantColumn;
  readonly completed: InstantColumn | null;
  readonly failed: InstantColumn | null;
}

/** Of each kind, the instant before which jobs have ended that go. */
export type KeptSince = Readonly<Record<FinishedKind, EpochMs>>;

/** A count goes over the index entries of all that is kept, a million of them perhaps: it may take a hundredth of the time. */
const goodForTimes = 100;

const nthNewest = (kind: string, number: string): string =>
  `case when ${number} is not null then (select sluice.to_ms(finished_at) from sluice.finished_jobs
     where status ${kind} 'completed' order by finished_at desc offset ${number} limit 1) end`;

// Locks nothing, and may be repeated. The indexes of completed and of other finished jobs by the time of their end, from the newest, as
// far as is kept.
const find = statement<LastCountedRow>(
  "find_last_counted",
  `select sluice.to_ms(sluice.now()) as now, ${nthNewest("=", "$1::bigint")} as completed, ${nthNewest("<>", "$2::bigint")} as failed`,
);

/**
 * When the last of those jobs ended that are kept by their number. Jobs end later and later, so what was found once lets too few go
 * until it is looked for again; too many only by as many as are retried or deleted by hand meanwhile, which is seconds.
 */
export class LastCounted {
  #goodUntilMs = Number.NEGATIVE_INFINITY;
  #found: Readonly<Record<FinishedKind, EpochMs | null>> = { completed: null, failed: null };

  async keptSince(session: Session, policy: RetentionPolicy): Promise<KeptSince> {
    const [completed, failed] = [keptOf("completed", policy), keptOf("failed", policy)];
    const startedAtMs = performance.now();
    const isFresh = startedAtMs < this.#goodUntilMs;
    const offsetOf = ({ keepCount }: typeof completed): number | null =>
      isFresh || keepCount === null || keepCount === 0 ? null : keepCount - 1;
    const [row] = await session.run(find, offsetOf(completed), offsetOf(failed));
    if (row === undefined) throw new Error("the database does not tell the time");
    if (!isFresh) {
      this.#found = { completed: toOptionalInstant(row.completed), failed: toOptionalInstant(row.failed) };
      const endedAtMs = performance.now();
      this.#goodUntilMs = endedAtMs + goodForTimes * (endedAtMs - startedAtMs);
    }
    const now = toInstant(row.now);
    return {
      completed: keptSince(completed, { now, lastCountedAt: this.#found.completed }),
      failed: keptSince(failed, { now, lastCountedAt: this.#found.failed }),
    };
  }
}

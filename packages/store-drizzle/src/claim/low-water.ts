import {
  addMs,
  compareClaimOrder,
  type EpochMs,
  type JobId,
  type ProcessingJob,
  toEpochMs,
} from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";

/** Where a job stands among the ready ones of its type. */
export interface ClaimKey {
  readonly priority: number;
  readonly dueAt: EpochMs;
  readonly id: JobId;
}

/** What a look at the ready jobs of some types came upon. */
export interface Sighting {
  /** By task type: the first job that was left to be taken, or the last that was. A type that is not named was not seen. */
  readonly keys: ReadonlyMap<string, ClaimKey>;
  /** Index entries that the look went over beyond the jobs that it was for. */
  readonly wasted: number;
}

interface Mark {
  key: ClaimKey;
  readonly untilMs: number;
}

/** Below that, to look at everything costs a tenth of a millisecond: then every look does. */
const worthAvoiding = 1_000;
/** A page of entries that are known to be dead takes 2.3 µs to go over, as long as so many that have to be looked up. */
const entriesPerPage = 25;

/**
 * For how long a mark is believed that a look has made which went over so many entries for nothing; `null`: it makes none. A look goes
 * over some 10,000 in a millisecond: so it takes a twentieth of the time at most, and what has come in front of the mark is found after
 * two seconds at the latest.
 */
function believedForMs(wasted: number): number | null {
  return wasted < worthAvoiding ? null : Math.min(wasted / 500, 2_000);
}

const nilId = "00000000-0000-0000-0000-000000000000" as JobId;

/**
 * Below which place in the index of ready jobs there is nothing to claim, by task type, as far as this process knows. Until vacuum comes
 * by, once a minute or, while an old transaction is held open, not at all, the index keeps the entries of all jobs that were claimed,
 * and every claim would go over them again. Made only when a look has cost something, believed only for a while: what has come in front
 * meanwhile (a lower priority, a job given back, an insert that was committed late) is found by the next look at everything.
 */
export class LowWater {
  readonly #marks = new Map<string, Mark>();
  readonly #monotonicMs: () => number;
  readonly #believedForMs: typeof believedForMs;

  constructor(
    options: { readonly monotonicMs?: () => number; readonly believedForMs?: typeof believedForMs } = {},
  ) {
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#believedForMs = options.believedForMs ?? believedForMs;
  }

  /** The columns `from_priority`, `from_due_ms` and `from_id` of the types, for a statement. */
  columns(taskTypes: readonly string[]): [string, string, string] {
    const keys = taskTypes.map((taskType) => this.#markOf(taskType)?.key);
    return [
      arrayLiteral(keys.map((key) => key?.priority ?? -(2 ** 31))),
      arrayLiteral(keys.map((key) => key?.dueAt ?? Number.NEGATIVE_INFINITY)),
      arrayLiteral(keys.map((key) => key?.id ?? nilId)),
    ];
  }

  /** To be told what was found with the columns that were answered last. */
  learn({ keys, wasted }: Sighting): void {
    const forMs = this.#believedForMs(wasted);
    for (const [taskType, key] of keys) {
      const mark = this.#markOf(taskType);
      if (mark !== undefined) mark.key = compareClaimOrder(key, mark.key) > 0 ? key : mark.key;
      else if (forMs === null) this.#marks.delete(taskType);
      else this.#marks.set(taskType, { key, untilMs: this.#monotonicMs() + forMs });
    }
  }

  /** Where to begin when nothing at all is ready: what is enqueued from now on comes after it, unless its priority is lower. */
  emptyKey(taskType: string, now: EpochMs): ClaimKey {
    const priority = this.#marks.get(taskType)?.key.priority ?? 0;
    return { priority, dueAt: addMs(toEpochMs(now), -1_000), id: nilId };
  }

  /** After so long the next look at everything is due; `null`: the last one was. */
  wholeLookInMs(taskType: string): number | null {
    const mark = this.#markOf(taskType);
    return mark === undefined ? null : mark.untilMs - this.#monotonicMs();
  }

  #markOf(taskType: string): Mark | undefined {
    const mark = this.#marks.get(taskType);
    return mark !== undefined && mark.untilMs > this.#monotonicMs() ? mark : undefined;
  }
}

/** Of a claim: it took the jobs, and went over so many entries in all. */
export function sightingOf(jobs: readonly ProcessingJob[], seen: number): Sighting {
  const inOrder = jobs.toSorted(compareClaimOrder);
  return { keys: new Map(inOrder.map((job) => [job.taskType, job])), wasted: seen - jobs.length };
}

/** SQL that is true of ready jobs from the place on that `LowWater.columns` said for the type `a`. */
export const isFromMark =
  "(priority, due_at, id) >= (a.from_priority, sluice.from_ms(a.from_due_ms), a.from_id)";

const read = (counter: string): string =>
  `coalesce(pg_stat_get_xact_${counter}(to_regclass('sluice.jobs_ready')), 0)`;

/**
 * SQL: how much of the index of ready jobs this session has gone over lately, in entries. Two of them make a difference. Entries that are
 * known to be dead are not counted one by one, which is what the pages are for. A server that does not count (`track_counts`), or has
 * no such index, sees none, and nothing is avoided.
 */
export const entriesSeen = `(${read("tuples_returned")} + ${entriesPerPage} * ${read("blocks_fetched")})`;

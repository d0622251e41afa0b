import type { WorkerRecord } from "@sluice/core";
import { type InstantColumn, toInstant } from "../rows/instant.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";

interface WorkerRow {
  readonly id: string;
  readonly task_types: string;
  readonly concurrency: number;
  readonly running: number;
  readonly live_for_ms: number;
  readonly seen_at: InstantColumn;
}

/** With the worker's id, types, concurrency, runs and time to live as the first five parameters. The later one holds. */
export const signOfLife = `insert into sluice.workers (id, task_types, concurrency, running, live_for_ms, seen_at)
   values ($1::text, $2::text::jsonb, $3::integer, $4::integer, $5::float8, sluice.now())
   on conflict (id) do update set task_types = excluded.task_types, concurrency = excluded.concurrency,
     running = excluded.running, live_for_ms = excluded.live_for_ms, seen_at = excluded.seen_at`;

// Locks the worker's row. Primary key. Repeated it is one more sign of life.
const put = statement("put_worker", signOfLife);

// Locks the worker's row. Primary key. A second time it finds none.
const remove = statement("remove_worker", "delete from sluice.workers where id = $1::text");

// Locks what it deletes, skipping locked rows. The whole table, which has a row per worker. Repeated it finds what is left.
const removeSilent = statement<{ id: string }>(
  "remove_silent_workers",
  `delete from sluice.workers where id = any (array(
     select id from sluice.workers where seen_at <= (select sluice.now()) - $1::float8 * interval '1 ms'
     order by seen_at limit $2::integer for update skip locked))
   returning id`,
);

// Locks nothing, and may be repeated. The whole table, which has a row per worker.
const list = statement<WorkerRow>(
  "list_workers",
  `select id, task_types::text as task_types, concurrency, running, live_for_ms, sluice.to_ms(seen_at) as seen_at
   from sluice.workers order by id collate "C"`,
);

export async function putWorker(session: Session, worker: WorkerRecord): Promise<void> {
  const { id, taskTypes, concurrency, running, liveForMs } = worker;
  await session.run(put, id, JSON.stringify(taskTypes), concurrency, running, liveForMs);
}

export async function removeWorker(session: Session, workerId: string): Promise<void> {
  await session.run(remove, workerId);
}

/** Forgets workers that died without a farewell, once nobody looks for them any more. */
export async function removeSilentWorkers(session: Session, silentMs: number, limit: number): Promise<void> {
  await session.run(removeSilent, silentMs, limit);
}

export async function listWorkers(session: Session): Promise<readonly WorkerRecord[]> {
  const rows = await session.run(list);
  return rows.map((row) => ({
    id: row.id,
    taskTypes: JSON.parse(row.task_types) as string[],
    concurrency: row.concurrency,
    running: row.running,
    liveForMs: row.live_for_ms,
    seenAt: toInstant(row.seen_at),
  }));
}

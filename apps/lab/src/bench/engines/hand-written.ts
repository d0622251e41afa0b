import postgres from "postgres";
import type { Engine, Payload } from "./engine.js";

// One live table and one of what is finished, as Sluice has; nothing of what makes it an engine.
const tables = `
  create table live (
    id bigint generated always as identity primary key, task_type text not null, payload jsonb not null,
    due_at timestamptz not null default now(), state smallint not null default 0, lease_no integer not null default 0,
    leased_until timestamptz, created_at timestamptz not null default now()
  ) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
  create index live_ready on live (task_type, due_at, id) where state = 0;
  create index live_leased on live (leased_until) where state = 1;
  create table finished (id bigint primary key, task_type text not null, payload jsonb not null, lease_no integer not null,
    created_at timestamptz not null, finished_at timestamptz not null);`;

/**
 * Two prepared statements in a loop on one connection: claim a batch, settle it, each waited for and committed durably. It
 * has no handlers to call, no timers, no retries. What an engine loses against it is what the engine costs.
 */
export const engine: Engine = {
  async setUp({ databaseUrl }) {
    await onceOn(databaseUrl, (sql) => sql.unsafe(tables));
  },

  async openProducer({ databaseUrl }) {
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    const insert = (taskType: string, payloads: readonly Payload[]) =>
      sql`insert into live (task_type, payload)
          select ${taskType}, p::jsonb from unnest(${payloads.map((payload) => JSON.stringify(payload))}::text[]) as p`;
    return {
      enqueue: (taskType, payload) => insert(taskType, [payload]),
      enqueueMany: insert,
      countUnfinished: async (taskType) => {
        const [row] = await sql`select count(*)::integer as count from live where task_type = ${taskType}`;
        return Number(row?.["count"]);
      },
      settle: async () => undefined,
      close: () => sql.end({ timeout: 5 }),
    };
  },

  async startWorker({ databaseUrl }, { batch, taskTypes }, onJob) {
    const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
    const [taskType = ""] = taskTypes;
    let isStopped = false;

    async function work(): Promise<void> {
      while (!isStopped) {
        const claimed = await sql<{ id: string; lease_no: number; payload: Payload }[]>`
          update live j set state = 1, lease_no = lease_no + 1, leased_until = now() + interval '15 s'
          where j.id = any (array(select id from live where task_type = ${taskType} and state = 0 and due_at <= now()
            order by due_at, id limit (select ${batch}::integer) for update skip locked))
          returning j.id, j.lease_no, j.payload`;
        if (claimed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        else await settle(claimed);
      }
    }

    async function settle(
      claimed: readonly { id: string; lease_no: number; payload: Payload }[],
    ): Promise<void> {
      await sql`
        with done as materialized (
          select * from unnest(${claimed.map(({ id }) => id)}::bigint[], ${claimed.map((job) => job.lease_no)}::integer[]) as d (id, lease_no)),
        gone as (delete from live j using done d where j.id = d.id and j.lease_no = d.lease_no returning j.*)
        insert into finished select id, task_type, payload, lease_no, created_at, now() from gone`;
      for (const { payload } of claimed) onJob(payload);
    }

    const working = work();
    return {
      stop: async () => {
        isStopped = true;
        await working;
        await sql.end({ timeout: 5 });
      },
    };
  },

  pause: null,
};

async function onceOn(url: string, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { defaultJobPolicy, type JobId, type ProjectDocumentContent, type TargetRef } from "@sluice/core";
import { enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import { createJobs } from "@sluice/runner";
import { createPostgresStore, migrate } from "@sluice/store-drizzle";
import { migrateCalls } from "@sluice/store-drizzle/ai";
import { createTargetRepository, migrateTargets } from "@sluice/store-drizzle/targets";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { type ReplayedAnswer, startFaultServer } from "@sluice/testkit/provider";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { vi } from "vitest";

/** A worker of the built service, as a process of its own. */
export interface WorkerProcess {
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended what it was doing. */
  stop(): Promise<void>;
  /** SIGSTOP: it hangs, and renews nothing. */
  freeze(): void;
  thaw(): void;
}

/** A lock in the way of the workers' transactions. */
export interface HeldLock {
  /** Resolves with the backend that waits for it, and has written to that table in the same transaction, if one is named. */
  waiter(written?: string): Promise<number>;
  release(): Promise<void>;
}

export interface CallRow {
  readonly state: string;
  readonly unusable: boolean;
  readonly inputTokens: number | null;
}

const main = join(import.meta.dirname, "../dist/main.js");
/** A worker takes a second to start, and much longer on a machine that is busy. */
export const patience = { timeout: 100_000, interval: 20 };

/** A real Postgres, a provider over HTTP in this process, and workers in others. */
export async function openAiWorld() {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 5, onnotice: () => undefined });
  const client = postgres(database.url, { max: 5, onnotice: () => undefined });
  const db = drizzle(client);
  await migrate(db);
  await migrateCalls(db);
  await migrateTargets(db);
  const store = createPostgresStore({ db });
  const jobs = createJobs({ store });
  const targets = createTargetRepository({ db });
  const provider = await startFaultServer();
  const workers = new Set<ChildProcess>();

  function startWorker(): WorkerProcess {
    const child = spawn(process.execPath, [main, "worker"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        DATABASE_URL: database.url,
        AI_MODEL: "openai-compatible:test-model",
        AI_PRICES: '{"openai-compatible:test-model": {"inputPerMillion": 1, "outputPerMillion": 10}}',
        OPENAI_COMPATIBLE_BASE_URL: `${provider.url}/v1`,
        POLLING_INTERVAL_MS: "50",
        HTTP_PORT: "0",
        LOG_LEVEL: "error",
      },
      stdio: ["ignore", "inherit", "inherit"],
    });
    workers.add(child);
    const end = async (signal: "SIGKILL" | "SIGTERM") => {
      const isGone = child.exitCode !== null || child.signalCode !== null;
      const gone = isGone ? null : once(child, "exit");
      child.kill(signal);
      await gone;
      workers.delete(child);
    };
    return {
      kill: () => end("SIGKILL"),
      stop: () => end("SIGTERM"),
      freeze: () => void child.kill("SIGSTOP"),
      thaw: () => void child.kill("SIGCONT"),
    };
  }

  async function put(id: string, text: string): Promise<TargetRef<"project_document">> {
    const ref = { type: "project_document" as const, id };
    const content: ProjectDocumentContent = { ...ref, path: id, title: null, format: "text", text };
    await targets.put("test", [{ ref, content, contentHash: `hash of ${text}` }]);
    return ref;
  }

  async function enqueue(target: TargetRef<"project_document">, payload = {}): Promise<JobId> {
    const { id } = await jobs.enqueue(enrichEntitySummaryKeywords, { target, payload });
    return id;
  }

  /** A table's lock, or that of a target's row. */
  async function hold(what: { readonly table: string } | { readonly target: TargetRef }): Promise<HeldLock> {
    const held = await sql.reserve();
    await held`begin`;
    if ("table" in what) await held.unsafe(`lock table ${what.table} in share row exclusive mode`);
    else await held`select from sluice.targets where id = ${what.target.id} for update`;
    const [us] = await held<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return {
      waiter: (written) =>
        vi.waitFor(async () => {
          const [waiting] = await sql<{ pid: number }[]>`
            select pid from pg_stat_activity where ${us?.pid ?? 0} = any(pg_blocking_pids(pid))
            and (${written ?? null}::regclass is null or pid in (
              select pid from pg_locks where relation = ${written ?? null}::regclass and mode = 'RowExclusiveLock'))`;
          if (waiting === undefined) throw new Error("nobody waits for the lock");
          return waiting.pid;
        }, patience),
      release: async () => {
        await held`rollback`;
        held.release();
      },
    };
  }

  /**
   * What a killed worker has the database wait for is not carried out any more; its lease is over, and its job is taken back.
   */
  async function bury(waiting?: { readonly backend: number; readonly lock: HeldLock }): Promise<void> {
    if (waiting !== undefined) {
      await sql`select pg_terminate_backend(${waiting.backend}, 10000)`;
      await waiting.lock.release();
    }
    await sql`update sluice.jobs set lease_expires_at = sluice.now() - interval '1 second' where state = 2`;
    await store.maintain({ limit: 100, policy: defaultJobPolicy });
  }

  return {
    db,
    provider,
    startWorker,
    put,
    enqueue,
    hold,
    bury,
    targets,
    jobs,
    attempts: async (jobId: JobId) => {
      const rows = await sql<{ outcome: string; cost: string | null }[]>`
        select outcome, usage ->> 'costUsd' as cost from sluice.all_attempts where job_id = ${jobId} order by lease_no`;
      return rows.map(({ outcome, cost }) => ({ outcome, cost }));
    },
    calls: async (jobId: JobId) => {
      const rows = await sql<CallRow[]>`
        select state, unusable, input_tokens::int as "inputTokens"
        from sluice.ai_calls where job_id = ${jobId} order by sent_at`;
      return rows.map((row) => ({ ...row }));
    },
    enrichment: async (id: string) =>
      (await targets.list({ origin: "test" })).find(({ ref }) => ref.id === id)?.enrichment ?? null,
    ended: async (jobId: JobId) => {
      const result = await jobs.result(jobId, { timeoutMs: patience.timeout });
      if (result.type !== "finished") throw new Error(`job ${jobId} is ${result.type}`);
      return result.job;
    },
    close: async () => {
      for (const child of workers) child.kill("SIGKILL");
      await provider[Symbol.asyncDispose]();
      await store.close();
      await client.end();
      await sql.end();
      await database.drop();
    },
  };
}

export type AiWorld = Awaited<ReturnType<typeof openAiWorld>>;

/** As the Chat Completions API answers; it costs 0.001 and 0.0001 dollars with the prices of these workers. */
export function chatAnswer(content: string): ReplayedAnswer {
  return {
    status: 200,
    body: {
      id: "c",
      object: "chat.completion",
      created: 1,
      model: "test-model",
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage: { prompt_tokens: 1_000, completion_tokens: 10, total_tokens: 1_010 },
    },
  };
}

export function summaryAnswer(summary: string): ReplayedAnswer {
  return chatAnswer(JSON.stringify({ summary, keywords: ["tea"] }));
}

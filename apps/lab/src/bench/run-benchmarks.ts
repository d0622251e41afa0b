import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "./benchmark.js";
import { benchmarks } from "./benchmarks/benchmarks.js";
import { createLab, type RunSize } from "./lab.js";
import { evaluateGoal, type GoalResult } from "./measure/goal.js";
import { describeMachine } from "./report/machine.js";
import type { BenchmarkResult, Results } from "./report/results.js";
import { findRedis, postgresSettings, startBenchPostgres } from "./servers.js";

/** Runs the chosen benchmarks one after another on one Postgres, and judges all goals by what was measured. */
export async function runBenchmarks({
  chosen,
  size,
  only,
  command,
  say,
  onResult,
}: {
  readonly chosen: readonly Benchmark[];
  readonly size: RunSize;
  readonly only: readonly string[] | null;
  readonly command: string;
  /** Progress. */
  readonly say: (text: string) => void;
  /** Called after each of them with all there is so far: what was measured is not to be lost with what comes. */
  readonly onResult: (results: Results, latest: BenchmarkResult) => void;
}): Promise<Results> {
  const startedAt = new Date().toISOString();
  const redis = await findRedis();
  if (redis === null)
    say("BullMQ on Redis: not measured: no Redis (none at REDIS_URL, none at 127.0.0.1:6379)");
  const postgres = await startBenchPostgres();
  const machine = describeMachine({
    postgres: postgres.version,
    postgresSettings,
    redis: redis?.version ?? null,
  });
  const done: BenchmarkResult[] = [];
  const results = (): Results => ({
    startedAt,
    command,
    size,
    machine,
    goals: judge(done),
    benchmarks: done,
  });
  try {
    for (const benchmark of chosen) {
      say(`${benchmark.name}: ${benchmark.summary}`);
      const latest = await runOne(benchmark);
      say(`${benchmark.name}: ${latest.seconds} s`);
      done.push(latest);
      onResult(results(), latest);
    }
  } finally {
    await postgres.stop();
  }
  return results();

  async function runOne(benchmark: Benchmark): Promise<BenchmarkResult> {
    const startedAtMs = performance.now();
    const lab = createLab({ servers: { postgres, redisUrl: redis?.url ?? null }, size, only, say });
    await lab.attempt(benchmark.name, () => withinMs(limitMs, benchmark.run(lab)));
    await lab.close();
    return {
      name: benchmark.name,
      seconds: Math.round((performance.now() - startedAtMs) / 1_000),
      samples: lab.samples,
      failures: lab.failures,
    };
  }
}

/** Those of benchmarks that were not run as well: not measured is not met. */
export function judge(results: readonly BenchmarkResult[]): readonly GoalResult[] {
  return benchmarks.flatMap(({ name, goals }) => {
    const samples = results.find((result) => result.name === name)?.samples ?? [];
    return goals.map((goal) => evaluateGoal(goal, samples));
  });
}

/** Far more than any of them takes: a run must end, whatever hangs. */
const limitMs = 20 * 60_000;

async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${ms / 60_000} minutes`);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}

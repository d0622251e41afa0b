import postgres from "postgres";
import type { Benchmark } from "../benchmark.js";
import { contenders } from "../contenders.js";
import type { Lab } from "../lab.js";
import { claimTimes } from "../measure/claim-times.js";
import { fill } from "../measure/fill.js";
import type { Goal } from "../measure/goal.js";
import { measureDrain } from "../measure/measure-drain.js";
import { medianOf, ratioOf } from "../measure/sample.js";
import { percentiles } from "../measure/statistics.js";
import type { Stage } from "../stage.js";

const { sluice } = contenders;
const fresh = "fresh";
const worn = "after many completed jobs";
const held = "dead rows under a transaction held open";
/** Jobs before the measurement, as the names of the goals tell them. */
const fullBefore = { [worn]: 1_000_000, [held]: 300_000 } as const;

interface Scene {
  readonly setting: string;
  readonly stage: Stage;
}

export const wear: Benchmark = {
  name: "wear",
  summary:
    "throughput and claims after a million completed jobs (quick: 100,000), and with dead rows that vacuum cannot remove",
  goals: [
    throughputGoal("throughput after 1,000,000 completed jobs, against fresh", worn),
    claimGoal("claim after 1,000,000 completed jobs, p50", worn),
    throughputGoal("throughput with 300,000 dead rows under a transaction held open, against fresh", held),
    claimGoal("claim with 300,000 dead rows under a transaction held open, p50", held),
  ],
  tables: [fresh, worn, held].map((setting) => ({
    title: `Sluice, ${setting}`,
    setting,
    metrics: [
      { metric: "perSecond", label: "jobs/s", digits: 0 },
      { metric: "claimP50Ms", label: "claim p50 ms", digits: 2 },
      { metric: "claimP99Ms", label: "claim p99 ms", digits: 2 },
      { metric: "before", label: "jobs before", digits: 0 },
    ],
  })),
  run: async (lab) => {
    const before = {
      [worn]: lab.pick(fullBefore[worn], 100_000),
      [held]: lab.pick(fullBefore[held], 50_000),
    };
    const holders: postgres.Sql[] = [];
    try {
      const scenes: Scene[] = [];
      for (const setting of [worn, held] as const) {
        const stage = await lab.stage(sluice, { taskTypes: ["noop"] });
        if (stage === null) continue;
        await lab.attempt(`${setting}: the jobs before`, async () => {
          if (setting === held) holders.push(await holdTransaction(stage.databaseUrl));
          await drainSome(lab, stage, before[setting]);
          scenes.push({ setting, stage });
        });
      }
      for (let round = 1; round <= lab.rounds; round++) await measureRound(lab, scenes, round, before);
    } finally {
      for (const sql of holders) await sql.end({ timeout: 0 });
    }
  },
};

async function measureRound(
  lab: Lab,
  wornOut: readonly Scene[],
  round: number,
  before: Readonly<Record<string, number>>,
): Promise<void> {
  const stage = await lab.stage(sluice, { taskTypes: ["noop"] });
  const scenes = stage === null ? wornOut : [{ setting: fresh, stage }, ...wornOut];
  for (const { setting, stage: measured } of scenes) {
    await lab.attempt(`${setting}, round ${round}`, async () => {
      const { perSecond = 0 } = await drainSome(lab, measured, lab.pick(30_000, 10_000));
      const claims = percentiles(await claimSome(measured));
      lab.record({
        contender: sluice.label,
        setting,
        round,
        values: { perSecond, ...claims, before: before[setting] ?? 0 },
      });
    });
  }
  await stage?.close();
}

function drainSome(lab: Lab, stage: Stage, jobs: number): Promise<Readonly<Record<string, number>>> {
  return measureDrain(stage, {
    taskType: "noop",
    jobs,
    processes: 1,
    postmaster: lab.servers.postgres.pid,
    isCalmed: false,
  });
}

/** Behind the dead rows of the same type. Removes what it has claimed. */
async function claimSome(stage: Stage): Promise<readonly number[]> {
  await fill(stage, "noop", 5_000);
  const times = await claimTimes(stage.databaseUrl, ["noop"], 30);
  const sql = postgres(stage.databaseUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql`delete from sluice.jobs`;
  } finally {
    await sql.end({ timeout: 5 });
  }
  return times;
}

/** From here on, no row that dies can be removed. */
async function holdTransaction(databaseUrl: string): Promise<postgres.Sql> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const connection = await sql.reserve();
  await connection`begin isolation level repeatable read`;
  await connection`select count(*) from sluice.jobs`;
  return sql;
}

function throughputGoal(name: string, setting: keyof typeof fullBefore): Goal {
  const series = { contender: sluice.label, metric: "perSecond" };
  return {
    name,
    is: "at least",
    goal: 0.8,
    unit: "x",
    value: (samples) => ratioOf(samples, { ...series, setting }, { ...series, setting: fresh }),
    size: { of: fullBefore[setting], setting, metric: "before" },
  };
}

function claimGoal(name: string, setting: keyof typeof fullBefore): Goal {
  return {
    name,
    is: "at most",
    goal: 3,
    unit: "ms",
    value: (samples) => medianOf(samples, { contender: sluice.label, setting, metric: "claimP50Ms" }),
    size: { of: fullBefore[setting], setting, metric: "before" },
  };
}

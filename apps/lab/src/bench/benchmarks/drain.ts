import type { Benchmark, TableSpec } from "../benchmark.js";
import { type Contender, contenders } from "../contenders.js";
import type { Lab } from "../lab.js";
import { type Goal, timesThePeer } from "../measure/goal.js";
import { measureDrain } from "../measure/measure-drain.js";
import { medianOf, type Series } from "../measure/sample.js";

/** How many workers, each a process; and how many jobs the slow ones get, so that each takes seconds and not minutes. */
interface Course {
  readonly processes: number;
  readonly entrants: readonly Entrant[];
}

interface Entrant {
  readonly contender: Contender;
  /** In the full run and in the quick one. */
  readonly jobs: readonly [full: number, quick: number];
}

const many = [100_000, 20_000] as const;
const ten = { ...contenders.sluice, concurrency: 10 };
const graphileTen = { ...contenders.graphileLocalQueue, concurrency: 10 };
const {
  sluice,
  graphile,
  graphileLocalQueue,
  graphileLocalQueue24,
  pgBossBatches,
  pgBossSingles,
  handWritten,
} = contenders;

const atHundred: readonly Entrant[] = [
  { contender: sluice, jobs: many },
  { contender: contenders.sluiceOverPostgresJs, jobs: many },
  { contender: graphileLocalQueue, jobs: many },
  { contender: graphileLocalQueue24, jobs: many },
  { contender: pgBossBatches, jobs: many },
  { contender: contenders.bullMqOnRedis, jobs: [30_000, 10_000] },
  { contender: contenders.bullMqOnPostgres, jobs: [10_000, 3_000] },
  { contender: handWritten, jobs: many },
];

const atTen: readonly Entrant[] = [
  { contender: ten, jobs: many },
  { contender: graphile, jobs: [10_000, 3_000] },
  { contender: graphileTen, jobs: many },
  { contender: pgBossSingles, jobs: [3_000, 1_000] },
  { contender: { ...contenders.bullMqOnRedis, concurrency: 10 }, jobs: [30_000, 10_000] },
  { contender: { ...contenders.bullMqOnPostgres, concurrency: 10 }, jobs: [5_000, 2_000] },
];

/** By two processes only those that a goal is about: the rest would take minutes more. */
const isInGoals = ({ contender }: Entrant): boolean =>
  !contender.engine.startsWith("bullmq") && contender.engine !== "sluice-over-postgres-js";

export const drain: Benchmark = {
  name: "drain",
  summary: "no-op jobs worked off at concurrency 100 by 1 and by 2 processes, and the CPU of each job",
  goals: [
    ...[1, 2].flatMap((processes): readonly Goal[] => {
      const ours = { contender: sluice.label, setting: settingOf(100, processes), metric: "perSecond" };
      const title = `drain, concurrency 100, ${processesText(processes)}`;
      return [
        timesThePeer({
          name: `${title}, against graphile-worker with its local queue`,
          factor: 1.3,
          ours,
          peers: [graphileLocalQueue.label, graphileLocalQueue24.label],
        }),
        timesThePeer({
          name: `${title}, against pg-boss 4 x 500`,
          factor: 1.8,
          ours,
          peers: [pgBossBatches.label],
        }),
        timesThePeer({
          name: `${title}, against hand-written SQL`,
          factor: 0.9,
          ours,
          peers: [handWritten.label],
        }),
      ];
    }),
    cpuGoal("CPU per job in Node", "nodeUsPerJob", 12),
    cpuGoal("CPU per job in Postgres", "postgresUsPerJob", 22),
  ],
  tables: [1, 2].map((processes) => tableOf(100, processes)),
  run: async (lab) => {
    await race(lab, 100, { processes: 1, entrants: atHundred });
    await race(lab, 100, { processes: 2, entrants: atHundred.filter(isInGoals) });
  },
};

export const drainTen: Benchmark = {
  name: "drain-10",
  summary: "the same at concurrency 10, every job a call of its own",
  goals: [1, 2].flatMap((processes): readonly Goal[] => {
    const ours = { contender: ten.label, setting: settingOf(10, processes), metric: "perSecond" };
    const title = `drain, concurrency 10, ${processesText(processes)}`;
    return [
      timesThePeer({
        name: `${title}, against graphile-worker without its local queue`,
        factor: 3.5,
        ours,
        peers: [graphile.label],
      }),
      timesThePeer({
        name: `${title}, against graphile-worker with its local queue`,
        factor: 1.2,
        ours,
        peers: [graphileTen.label],
      }),
      timesThePeer({
        name: `${title}, against pg-boss 10 x 1`,
        factor: 10,
        ours,
        peers: [pgBossSingles.label],
      }),
    ];
  }),
  tables: [1, 2].map((processes) => tableOf(10, processes)),
  run: async (lab) => {
    await race(lab, 10, { processes: 1, entrants: atTen });
    await race(lab, 10, { processes: 2, entrants: atTen.filter(isInGoals) });
  },
};

/** In turn, round after round: what else the machine does meets all of them. */
async function race(lab: Lab, concurrency: number, { processes, entrants }: Course): Promise<void> {
  const setting = settingOf(concurrency, processes);
  for (let round = 1; round <= lab.rounds; round++) {
    for (const { contender, jobs } of entrants) {
      const stage = await lab.stage(contender, { taskTypes: ["noop"] });
      if (stage === null) continue;
      await lab.attempt(`${contender.label}, ${setting}, round ${round}`, async () => {
        const values = await measureDrain(stage, {
          taskType: "noop",
          jobs: lab.pick(...jobs),
          processes,
          postmaster: lab.servers.postgres.pid,
        });
        lab.record({ contender: contender.label, setting, round, values });
      });
      await stage.close();
    }
  }
}

function cpuGoal(name: string, metric: string, goal: number): Goal {
  const series: Series = { contender: sluice.label, setting: settingOf(100, 1), metric };
  return { name, is: "at most", goal, unit: "us", value: (samples) => medianOf(samples, series) };
}

function tableOf(concurrency: number, processes: number): TableSpec {
  return {
    title: `Concurrency ${concurrency}, ${processesText(processes)}`,
    setting: settingOf(concurrency, processes),
    metrics: [
      { metric: "perSecond", label: "jobs/s", digits: 0 },
      { metric: "nodeUsPerJob", label: "Node us/job", digits: 1 },
      { metric: "postgresUsPerJob", label: "Postgres us/job", digits: 1 },
      { metric: "jobs", label: "jobs", digits: 0 },
    ],
    ratio: { metric: "perSecond", ours: sluice.label },
  };
}

function settingOf(concurrency: number, processes: number): string {
  return `concurrency ${concurrency}, ${processesText(processes)}`;
}

function processesText(processes: number): string {
  return processes === 1 ? "1 process" : `${processes} processes`;
}

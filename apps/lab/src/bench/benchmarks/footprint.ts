import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "../benchmark.js";
import { type Contender, contenders } from "../contenders.js";
import type { Lab } from "../lab.js";
import { fill } from "../measure/fill.js";
import type { Goal } from "../measure/goal.js";
import { medianOf } from "../measure/sample.js";
import { until } from "../measure/until.js";
import { machineTimeMs } from "../processes/machine-time.js";
import type { Stage } from "../stage.js";

const { sluice, graphileLocalQueue, pgBossBatches, bullMqOnRedis, bullMqOnPostgres, handWritten } =
  contenders;
const bare = { ...handWritten, label: "hand-written SQL (Node and a driver)" };
const entrants: readonly Contender[] = [
  sluice,
  graphileLocalQueue,
  pgBossBatches,
  bullMqOnPostgres,
  bullMqOnRedis,
  bare,
];
const setting = "one worker";

export const footprint: Benchmark = {
  name: "footprint",
  summary: "memory of an idle and of a busy worker, and from the start of its process to its first job",
  goals: [
    beside("memory of an idle worker", "idleRssMb", "MB"),
    beside("memory of a busy worker", "busyRssMb", "MB"),
    beside("start of a worker to its first job", "startMs", "ms"),
  ],
  tables: [
    {
      title: "One worker process",
      setting,
      metrics: [
        { metric: "startMs", label: "start to first job, ms", digits: 0 },
        { metric: "idleRssMb", label: "idle, MB", digits: 0 },
        { metric: "busyRssMb", label: "busy (highest), MB", digits: 0 },
        { metric: "jobs", label: "jobs while busy", digits: 0 },
      ],
    },
  ],
  run: async (lab) => {
    for (let round = 1; round <= lab.rounds; round++) {
      for (const contender of entrants) {
        const stage = await lab.stage(contender, { taskTypes: ["noop"], wakes: true });
        if (stage === null) continue;
        await lab.attempt(`${contender.label}, footprint, round ${round}`, async () => {
          const values = await measureWorker(lab, stage);
          lab.record({ contender: contender.label, setting, round, values });
        });
        await stage.close();
      }
    }
  },
};

async function measureWorker(lab: Lab, stage: Stage): Promise<Readonly<Record<string, number>>> {
  const { producer, contender } = stage;
  const jobs = lab.pick(30_000, 10_000);
  await fill(stage, "noop", 1);
  await producer.call("settle", []);

  const startedAtMs = machineTimeMs();
  const worker = stage.startProcess();
  await worker.call("startWorker", [contender.concurrency, contender.batch, ["noop"]]);
  const hasDone = (calls: number) =>
    until(`${calls} jobs`, async () => (await worker.call("reportCalls", [])).calls >= calls, {
      limitMs: 120_000,
      everyMs: 50,
    });
  await hasDone(1);
  const { firstAtMs } = await worker.call("reportCalls", []);
  await sleep(lab.pick(1_500, 700));
  const { rssMb: idleRssMb } = await worker.call("reportCalls", []);

  await fill(stage, "noop", jobs);
  await producer.call("settle", []);
  await hasDone(jobs + 1);
  const { peakRssMb: busyRssMb } = await worker.call("reportCalls", []);
  return { startMs: firstAtMs - startedAtMs, idleRssMb, busyRssMb, jobs };
}

function beside(name: string, metric: string, unit: string): Goal {
  return {
    name: `${name}, beside the peers`,
    is: "beside",
    goal: null,
    unit,
    value: (samples) => medianOf(samples, { contender: sluice.label, setting, metric }),
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Benchmark } from "../benchmark.js";
import { type Contender, contenders } from "../contenders.js";
import type { Lab } from "../lab.js";
import { bestPeer, type Goal } from "../measure/goal.js";
import { medianOf, type Sample } from "../measure/sample.js";
import { quantile } from "../measure/statistics.js";
import { until } from "../measure/until.js";
import type { CallReport } from "../processes/call-book.js";
import type { Stage } from "../stage.js";

const { sluice, graphile, graphileLocalQueue, pgBossSingles, bullMqOnRedis, bullMqOnPostgres } = contenders;
const named = (contender: Contender, label: string): Contender => ({ ...contender, label, concurrency: 10 });
const ours = named(sluice, "Sluice");
const onPostgres = [
  named(graphileLocalQueue, "graphile-worker, local queue"),
  named(graphile, "graphile-worker"),
  named(pgBossSingles, "pg-boss, notify"),
  named(bullMqOnPostgres, "BullMQ on Postgres"),
];
const entrants = [ours, ...onPostgres, named(bullMqOnRedis, bullMqOnRedis.label)];
const setting = "one job per 50 ms";
const peerLabels = onPostgres.map(({ label }) => label);

export const pickup: Benchmark = {
  name: "pickup",
  summary: "from enqueue to the handler of an idle worker in another process",
  goals: [
    {
      name: "pickup latency p50, against the best Postgres peer",
      is: "at most",
      goal: 1.2,
      unit: "x",
      value: (samples) => ratioToFastest(samples, "p50Ms"),
    },
    {
      name: "pickup latency p99, better than all Postgres peers",
      is: "below",
      goal: 1,
      unit: "x",
      value: (samples) => ratioToFastest(samples, "p99Ms"),
    } satisfies Goal,
  ],
  tables: [
    {
      title: "Pickup by an idle worker",
      setting,
      metrics: [
        { metric: "p50Ms", label: "p50 ms from the call", digits: 2 },
        { metric: "p99Ms", label: "p99", digits: 2 },
        { metric: "ackP50Ms", label: "p50 ms from the answer", digits: 2 },
        { metric: "ackP99Ms", label: "p99", digits: 2 },
      ],
      ratio: { metric: "p50Ms", ours: ours.label },
    },
  ],
  run: async (lab) => {
    const idle: { readonly stage: Stage; readonly worker: ReturnType<Stage["startProcess"]> }[] = [];
    for (const contender of entrants) {
      const stage = await lab.stage(contender, { taskTypes: ["noop"], wakes: true });
      if (stage === null) continue;
      await lab.attempt(`${contender.label}, pickup`, async () => {
        const worker = stage.startProcess();
        await worker.call("startWorker", [contender.concurrency, contender.batch, ["noop"]]);
        idle.push({ stage, worker });
      });
    }
    for (let round = 1; round <= lab.rounds; round++) {
      for (const { stage, worker } of idle) await measureRound(lab, stage, worker, round);
    }
  },
};

/** Against the peer with the lowest median. */
function ratioToFastest(samples: readonly Sample[], metric: string): number | null {
  const best = bestPeer(samples, { setting, metric }, peerLabels, "lowest");
  const mine = medianOf(samples, { contender: ours.label, setting, metric });
  const theirs = best === null ? null : medianOf(samples, { contender: best, setting, metric });
  return mine === null || theirs === null ? null : mine / theirs;
}

async function measureRound(
  lab: Lab,
  { contender, producer }: Stage,
  worker: ReturnType<Stage["startProcess"]>,
  round: number,
): Promise<void> {
  await lab.attempt(`${contender.label}, pickup, round ${round}`, async () => {
    const fromCall: number[] = [];
    const fromAnswer: number[] = [];
    for (let job = 0; job < lab.pick(100, 40); job++) {
      await worker.call("resetCalls", []);
      await sleep(10 + 20 * Math.random());
      const { calledAtMs, answeredAtMs } = await producer.call("enqueueOne", ["noop"]);
      // Asking it would wake it.
      await sleep(25);
      const { firstAtMs } = await firstCall(worker);
      fromCall.push(firstAtMs - calledAtMs);
      fromAnswer.push(Math.max(0, firstAtMs - answeredAtMs));
    }
    const values = {
      p50Ms: quantile(fromCall, 0.5),
      p99Ms: quantile(fromCall, 0.99),
      ackP50Ms: quantile(fromAnswer, 0.5),
      ackP99Ms: quantile(fromAnswer, 0.99),
    };
    lab.record({ contender: contender.label, setting, round, values });
  });
}

async function firstCall(worker: ReturnType<Stage["startProcess"]>): Promise<CallReport> {
  let report = await worker.call("reportCalls", []);
  await until(
    "the job is picked up",
    async () => {
      report = await worker.call("reportCalls", []);
      return report.calls > 0;
    },
    { limitMs: 10_000, everyMs: 5 },
  );
  return report;
}

import type { Benchmark } from "../benchmark.js";
import { type Contender, contenders } from "../contenders.js";
import type { Lab } from "../lab.js";
import { claimTimes } from "../measure/claim-times.js";
import { fill } from "../measure/fill.js";
import type { Goal, NamedSize } from "../measure/goal.js";
import { ratioOf, type Sample } from "../measure/sample.js";
import { median, percentiles } from "../measure/statistics.js";
import { until } from "../measure/until.js";
import type { Child } from "../processes/child-process.js";
import type { ContenderDesk } from "../processes/contender-desk.js";
import { machineTimeMs } from "../processes/machine-time.js";
import type { Stage } from "../stage.js";

const { sluice, graphileLocalQueue, pgBossBatches } = contenders;
const backlogged = "behind a paused backlog";
const empty = "nothing in front";
const settings = [backlogged, empty] as const;
const taskTypes = ["paused", "open"];
const fullBacklog = 1_000_000;
const quickBacklog = 100_000;
/** That the names of the goals tell. */
const size: NamedSize = { of: fullBacklog, setting: backlogged, metric: "backlog" };

/** In which of the two settings, and who claims there. */
interface Scene {
  readonly stage: Stage;
  readonly setting: (typeof settings)[number];
}

export const claimBehindBacklog: Benchmark = {
  name: "claim-backlog",
  summary: "a claim of 100 jobs with a million paused ones in front (quick: 100,000), and with none",
  goals: [
    {
      name: "claim of 100 with 1,000,000 paused jobs in front, against none",
      is: "at most",
      goal: 1.2,
      unit: "x",
      value: (samples) => behindOverEmpty(samples, sluice, "claimP50Ms"),
      size,
    },
  ],
  tables: settings.map((setting) => ({
    title: `Claim of 100 jobs, ${setting}`,
    setting,
    metrics: [
      { metric: "claimP50Ms", label: "p50 ms", digits: 2 },
      { metric: "claimP99Ms", label: "p99 ms", digits: 2 },
      { metric: "backlog", label: "paused jobs", digits: 0 },
    ],
  })),
  run: async (lab) => {
    const backlog = lab.pick(fullBacklog, quickBacklog);
    const claims = lab.pick(40, 20);
    const scenes = await openScenes(lab, sluice, backlog);
    for (const { stage } of scenes) {
      await lab.attempt(`${sluice.label}, jobs to claim`, async () => {
        await fill(stage, "open", (claims + 10) * 100 * lab.rounds);
        await stage.calm();
      });
    }
    for (let round = 1; round <= lab.rounds; round++) {
      for (const { stage, setting } of scenes) {
        await lab.attempt(`claims ${setting}, round ${round}`, async () => {
          const times = await claimTimes(stage.databaseUrl, taskTypes, claims);
          lab.record({
            contender: sluice.label,
            setting,
            round,
            values: { ...percentiles(times), backlog: setting === empty ? 0 : backlog },
          });
        });
      }
    }
  },
};

const racers: readonly Contender[] = [sluice, graphileLocalQueue, pgBossBatches];

export const drainBehindBacklog: Benchmark = {
  name: "drain-backlog",
  summary:
    "1,000 jobs of one type behind a million of a paused one (quick: 100,000), and with none, by a worker that runs",
  goals: [
    {
      name: "1,000 jobs behind 1,000,000 paused ones, against no backlog",
      is: "at least",
      goal: 0.85,
      unit: "x",
      value: (samples) => behindOverEmpty(samples, sluice, "perSecond"),
      size,
    },
    ...racers
      .filter((peer) => peer !== sluice)
      .map(
        (peer): Goal => ({
          name: `the same for ${peer.label}`,
          is: "beside",
          goal: null,
          unit: "x",
          value: (samples) => behindOverEmpty(samples, peer, "perSecond"),
          size,
        }),
      ),
  ],
  tables: settings.map((setting) => ({
    title: `1,000 jobs, ${setting}`,
    setting,
    metrics: [
      { metric: "perSecond", label: "jobs/s", digits: 0 },
      { metric: "backlog", label: "jobs in front", digits: 0 },
    ],
  })),
  run: async (lab) => {
    const backlog = lab.pick(fullBacklog, quickBacklog);
    const running: (Scene & { readonly worker: Child<ContenderDesk> })[] = [];
    for (const contender of racers) {
      for (const scene of await openScenes(lab, contender, backlog)) {
        await lab.attempt(`${contender.label}, worker ${scene.setting}`, async () => {
          running.push({ ...scene, worker: await startWorker(scene.stage) });
        });
      }
    }
    for (let round = 1; round <= lab.rounds; round++) {
      for (const { stage, setting, worker } of running) {
        await lab.attempt(`${stage.contender.label}, ${setting}, round ${round}`, async () => {
          const rates: number[] = [];
          for (let batch = 0; batch < 5; batch++) rates.push(await drainBatch(stage, worker));
          lab.record({
            contender: stage.contender.label,
            setting,
            round,
            values: { perSecond: median(rates), backlog: setting === empty ? 0 : backlog },
          });
        });
      }
    }
  },
};

/** One with the backlog and one without, for the same contender. */
async function openScenes(lab: Lab, contender: Contender, backlog: number): Promise<readonly Scene[]> {
  const scenes: Scene[] = [];
  for (const setting of settings) {
    const stage = await lab.stage(contender, { taskTypes, wakes: true });
    if (stage === null) continue;
    await lab.attempt(`${contender.label}, filling, ${setting}`, async () => {
      if (setting === backlogged) await fill(stage, "paused", backlog);
      await stage.producer.call("settle", []);
      await stage.calm();
      scenes.push({ stage, setting });
    });
  }
  return scenes;
}

/** Where the engine can pause a type, its worker serves it all the same, which is the harder case. */
async function startWorker(stage: Stage): Promise<Child<ContenderDesk>> {
  const canPause = await stage.producer.call("pause", ["paused"]);
  const worker = stage.startProcess();
  const { concurrency, batch } = stage.contender;
  await worker.call("startWorker", [concurrency, batch, canPause ? taskTypes : ["open"]]);
  // Once before: connections are open and statements prepared.
  await drainBatch(stage, worker);
  return worker;
}

/** Jobs per second from the moment that all are stored. */
async function drainBatch({ producer }: Stage, worker: Child<ContenderDesk>): Promise<number> {
  await worker.call("resetCalls", []);
  await producer.call("enqueueMany", ["open", batchSize, batchSize]);
  const storedAtMs = machineTimeMs();
  let lastAtMs = 0;
  await until(
    `the last of ${batchSize} jobs`,
    async () => {
      const report = await worker.call("reportCalls", []);
      lastAtMs = report.lastAtMs;
      return report.calls >= batchSize;
    },
    { limitMs: 60_000, everyMs: 10 },
  );
  return (batchSize / Math.max(0.1, lastAtMs - storedAtMs)) * 1_000;
}

const batchSize = 1_000;

function behindOverEmpty(samples: readonly Sample[], { label }: Contender, metric: string): number | null {
  const series = { contender: label, metric };
  return ratioOf(samples, { ...series, setting: backlogged }, { ...series, setting: empty });
}

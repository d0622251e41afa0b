import type { Benchmark } from "../benchmark.js";
import { type Contender, contenders } from "../contenders.js";
import { timesThePeer } from "../measure/goal.js";

const { sluice, graphile, pgBossSingles, bullMqOnRedis, bullMqOnPostgres, handWritten } = contenders;
const named = (contender: Contender, label: string): Contender => ({ ...contender, label });
const ours = named(sluice, "Sluice");
const onPostgres = [named(graphile, "graphile-worker"), named(pgBossSingles, "pg-boss"), bullMqOnPostgres];
const written = named(handWritten, "hand-written SQL");
const entrants = [ours, ...onPostgres, bullMqOnRedis, written];

const inFlights = [1, 16, 256] as const;
/** What a single enqueue with so many in flight is to reach, as multiples of the best peer on Postgres. */
const factors = { 1: 1.8, 16: 15, 256: 40 } as const;

export const bulkEnqueue: Benchmark = {
  name: "bulk-enqueue",
  summary: "jobs stored 1,000 per call",
  goals: [
    timesThePeer({
      name: "bulk enqueue, against the best peer",
      factor: 2,
      ours: { contender: ours.label, setting: "1,000 per call", metric: "perSecond" },
      peers: [...onPostgres, bullMqOnRedis].map(({ label }) => label),
    }),
  ],
  tables: [
    {
      title: "Bulk enqueue",
      setting: "1,000 per call",
      metrics: [{ metric: "perSecond", label: "jobs/s", digits: 0 }],
      ratio: { metric: "perSecond", ours: ours.label },
    },
  ],
  run: async (lab) => {
    const jobs = lab.pick(100_000, 20_000);
    for (let round = 1; round <= lab.rounds; round++) {
      for (const contender of entrants) {
        const stage = await lab.stage(contender, { taskTypes: ["noop"] });
        if (stage === null) continue;
        await lab.attempt(`${contender.label}, bulk enqueue, round ${round}`, async () => {
          // Once before: connections are open and statements prepared.
          await stage.producer.call("enqueueMany", ["noop", 1_000, 1_000]);
          const ms = await stage.producer.call("enqueueMany", ["noop", jobs, 1_000]);
          const values = { perSecond: (jobs / ms) * 1_000 };
          lab.record({ contender: contender.label, setting: "1,000 per call", round, values });
        });
        await stage.close();
      }
    }
  },
};

export const singleEnqueue: Benchmark = {
  name: "single-enqueue",
  summary: "jobs stored one per call, each awaited, with 1, 16 and 256 calls in flight",
  goals: inFlights.map((inFlight) =>
    timesThePeer({
      name: `single enqueue, ${inFlight} in flight, against the best Postgres peer`,
      factor: factors[inFlight],
      ours: { contender: ours.label, setting: settingOf(inFlight), metric: "perSecond" },
      peers: onPostgres.map(({ label }) => label),
    }),
  ),
  tables: inFlights.map((inFlight) => ({
    title: `Single enqueue, ${inFlight} in flight`,
    setting: settingOf(inFlight),
    metrics: [{ metric: "perSecond", label: "jobs/s", digits: 0 }],
    ratio: { metric: "perSecond", ours: ours.label },
  })),
  run: async (lab) => {
    for (let round = 1; round <= lab.rounds; round++) {
      for (const contender of entrants) {
        const stage = await lab.stage(contender, { taskTypes: ["noop"], wakes: false, connections: 32 });
        if (stage === null) continue;
        for (const inFlight of inFlights) {
          await lab.attempt(`${contender.label}, ${settingOf(inFlight)}, round ${round}`, async () => {
            const args = ["noop", inFlight, lab.pick(1_500, 600)] as const;
            const { count, ms } = await stage.producer.call("enqueueSingles", [...args]);
            const values = { perSecond: (count / ms) * 1_000 };
            lab.record({ contender: contender.label, setting: settingOf(inFlight), round, values });
          });
        }
        await stage.close();
      }
    }
  },
};

function settingOf(inFlight: number): string {
  return `${inFlight} in flight`;
}

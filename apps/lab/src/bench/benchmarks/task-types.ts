import { noLimits, taskGateKey } from "@sluice/core";
import { createJobs } from "@sluice/runner";
import type { Benchmark } from "../benchmark.js";
import { contenders } from "../contenders.js";
import { makePayload } from "../engines/engine.js";
import { taskOf } from "../engines/sluice.js";
import { claimTimes, withStore } from "../measure/claim-times.js";
import { medianOf } from "../measure/sample.js";
import { percentiles } from "../measure/statistics.js";

const { sluice } = contenders;
const setting = "1,000 task types, every other paused";
const taskTypes = Array.from({ length: 1_000 }, (_, index) => `type-${index}`);

export const claimManyTypes: Benchmark = {
  name: "task-types",
  summary: "a claim of 100 jobs by a worker that serves a thousand task types",
  goals: [
    {
      name: "claim with 1,000 task types, p50",
      is: "at most",
      goal: 5,
      unit: "ms",
      value: (samples) => medianOf(samples, { contender: sluice.label, setting, metric: "claimP50Ms" }),
    },
  ],
  tables: [
    {
      title: setting,
      setting,
      metrics: [
        { metric: "claimP50Ms", label: "p50 ms", digits: 2 },
        { metric: "claimP99Ms", label: "p99 ms", digits: 2 },
        { metric: "jobsPerType", label: "jobs of each", digits: 0 },
      ],
    },
  ],
  run: async (lab) => {
    const jobsPerType = lab.pick(1_000, 100);
    const stage = await lab.stage(sluice, { taskTypes: [] });
    if (stage === null) return;
    const isFilled = await lab.attempt("filling a thousand types", async () => {
      await fillTypes(stage.databaseUrl, jobsPerType);
      await stage.calm();
      return true;
    });
    if (isFilled === null) return;
    for (let round = 1; round <= lab.rounds; round++) {
      await lab.attempt(`claims, round ${round}`, async () => {
        const times = await claimTimes(stage.databaseUrl, taskTypes, lab.pick(40, 40));
        lab.record({
          contender: sluice.label,
          setting,
          round,
          values: { ...percentiles(times), jobsPerType },
        });
      });
    }
  },
};

async function fillTypes(databaseUrl: string, jobsPerType: number): Promise<void> {
  await withStore(databaseUrl, async (store) => {
    const jobs = createJobs({ store });
    for (const [index, taskType] of taskTypes.entries()) {
      // As a worker that serves it does when it starts.
      await store.putTaskGates(taskType, [{ key: taskGateKey(taskType), limits: noLimits }]);
      await jobs.enqueueMany(
        taskOf(taskType),
        Array.from({ length: jobsPerType }, (_, n) => ({ payload: makePayload(n) })),
        { chunkSize: 1_000 },
      );
      if (index % 2 === 0) await jobs.pause(taskOf(taskType));
    }
  });
}

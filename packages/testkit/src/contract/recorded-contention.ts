import { defaultJobPolicy, isJobId, type JobStore, noLimits } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { checkHistory } from "../history/check-history.js";
import { recordHistory } from "../history/record-history.js";
import { rateLimited, released, succeeded, transient } from "./outcomes.js";
import { claimRequest, type Scene, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

/** For stores that do more than one thing at a time: nobody else's jobs may be in this one. */
export function describeRecordedContention<Tx>(createStore: CreateStore<Tx>): void {
  describe("recorded contention", () => {
    const open = useScenes(createStore);

    test("the history of workers that do all they can at the same time is without fault", async () => {
      const scene = open();
      const { store, request, taskType, modelGate, notes } = scene;
      const recorder = recordHistory(store);
      const limits = { ...noLimits, maxInFlight: 8 };
      await recorder.store.putTaskGates(taskType, [{ key: modelGate, limits }]);
      await recorder.store.enqueue(Array.from({ length: 30 }, () => request({ maxAttempts: 9 })));
      await Promise.all([0, 1, 2, 3, 4].map((worker) => work(recorder.store, scene, worker)));
      const saved = (await notes.list()).flatMap((note) => {
        const [jobId, leaseNo] = note.split(" ");
        return isJobId(jobId) ? [{ jobId, leaseNo: Number(leaseNo) }] : [];
      });
      const history = await recorder.finish(saved);
      expect(history.final.jobs.some(({ status }) => status === "completed")).toBe(true);
      expect(checkHistory(history)).toEqual([]);
    });
  });
}

/** Claims and ends runs in every way; now and then it leaves one to die, or sends them twice at once. */
async function work<Tx>(
  store: JobStore<Tx>,
  { taskType, modelGate, ended, advance, notes }: Scene<Tx>,
  worker: number,
): Promise<void> {
  const outcomes = [succeeded, transient, rateLimited(modelGate, { waitMs: 250 }), released];
  for (let round = 0; round < 8; round++) {
    const asked = { workerId: `w${worker}`, limit: 3, leaseMs: 1_000 };
    const { jobs } = await store.claim(claimRequest(taskType, asked));
    const runs = jobs.map((job, index) => {
      const outcome = outcomes[(worker + round + index) % outcomes.length] ?? released;
      const save = (tx: Tx) => notes.add(tx, `${job.id} ${job.leaseNo}`);
      return ended(job, outcome, { gates: [modelGate], save: outcome === succeeded ? save : null });
    });
    const sent = round % 3 === 2 ? runs.slice(1) : runs;
    await Promise.all(round % 3 === 1 ? [store.commit(sent), store.commit(sent)] : [store.commit(sent)]);
    await advance(150);
    await store.maintain({ limit: 10, policy: defaultJobPolicy });
  }
}

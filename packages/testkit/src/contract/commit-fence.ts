import { describe, expect, test } from "vitest";
import { permanent, rateLimited, succeeded, transient } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeCommitFence<Tx>(createStore: CreateStore<Tx>): void {
  describe("commit under a fence", () => {
    const open = useScenes(createStore);

    test("a run that is sent again is answered as the first time, and written once", async () => {
      const { store, enqueue, claimOne, ended, get } = open();
      const id = await enqueue();
      const run = ended(await claimOne(), succeeded);
      const [first] = await store.commit([run]);
      const job = await get(id);
      expect(await store.commit([run])).toEqual([first]);
      expect(await get(id)).toEqual(job);
      expect(await store.listAttempts(id)).toHaveLength(1);
    });

    test("a run that is sent again is answered as the first time although the job has moved on", async () => {
      const { store, enqueue, claimOne, ended, get, pass } = open();
      const id = await enqueue();
      const run = ended(await claimOne(), transient);
      const [first] = await store.commit([run]);
      expect(first).toMatchObject({ status: "retry_ai", outcome: "transient" });
      await pass(60_000);
      const next = await claimOne();
      expect(await store.commit([run])).toEqual([first]);
      expect(await get(id)).toEqual(next);
      expect(await store.listAttempts(id)).toHaveLength(1);
    });

    test("a deferral that is sent again closes the gate once", async () => {
      const { store, enqueue, claimOne, ended, gate, getGate } = open();
      await enqueue();
      const run = ended(await claimOne(), rateLimited(gate, { waitMs: null }));
      await store.commit([run]);
      const { closing, streak } = await getGate(gate);
      await store.commit([run]);
      expect(await getGate(gate)).toMatchObject({ closing, streak });
    });

    test("one run twice in one list is written once", async () => {
      const { store, enqueue, claimOne, ended } = open();
      const id = await enqueue();
      const run = ended(await claimOne(), transient);
      const [one, other] = await store.commit([run, run]);
      expect(other).toEqual(one);
      expect(await store.listAttempts(id)).toHaveLength(1);
    });

    test("a nonce that is not the claim's is fenced off", async () => {
      const { enqueue, claimOne, commit, get } = open();
      const id = await enqueue();
      const job = await claimOne({ claimNonce: 1 });
      const forged = { ...job, lease: { ...job.lease, claimNonce: 2 } };
      expect(await commit(forged, succeeded)).toEqual({ type: "fenced-off" });
      expect(await get(id)).toEqual(job);
      await commit(job, transient);
      expect(await commit(forged, transient)).toEqual({ type: "fenced-off" });
    });

    test("a lease number that is not the current one is fenced off, higher or lower", async () => {
      const { enqueue, claimOne, commit, get, pass } = open();
      const id = await enqueue();
      const first = await claimOne({ claimNonce: 5 });
      await pass(20_000);
      const second = await claimOne({ claimNonce: 5 });
      expect(await commit(first, succeeded)).toEqual({ type: "fenced-off" });
      expect(await commit({ ...second, leaseNo: second.leaseNo + 1 }, succeeded)).toEqual({
        type: "fenced-off",
      });
      expect(await get(id)).toEqual(second);
      expect(await commit(second, succeeded)).toMatchObject({ status: "completed" });
    });

    test("a run whose lease was reclaimed changes neither job nor gate nor ledger", async () => {
      const { store, enqueue, claimOne, commit, get, gate, claim, pass } = open();
      const id = await enqueue();
      const lost = await claimOne();
      await pass(20_000);
      const before = await get(id);
      expect(await commit(lost, rateLimited(gate))).toEqual({ type: "fenced-off" });
      expect(await get(id)).toEqual(before);
      expect(await store.listAttempts(id)).toMatchObject([{ outcome: "lease_lost" }]);
      expect(await claim()).toHaveLength(1);
    });

    test("a job that is not there is not found", async () => {
      const { enqueue, claimOne, commit, request } = open();
      await enqueue();
      const job = await claimOne();
      expect(await commit({ ...job, id: request().id }, succeeded)).toEqual({ type: "not-found" });
    });

    test("answers come in the order of the runs, and one run's trouble is not another's", async () => {
      const { store, request, claim, ended } = open();
      await store.enqueue(Array.from({ length: 4 }, () => request()));
      const [a, b, c, d] = await claim();
      if (a === undefined || b === undefined || c === undefined || d === undefined)
        throw new Error("four jobs are four");
      const answers = await store.commit([
        ended(d, succeeded),
        ended({ ...c, leaseNo: 9 }, succeeded),
        ended(a, permanent),
        ended({ ...b, id: request().id }, succeeded),
        ended(b, transient),
      ]);
      expect(answers).toEqual([
        { type: "committed", status: "completed", outcome: "succeeded" },
        { type: "fenced-off" },
        { type: "committed", status: "failed_ai", outcome: "permanent" },
        { type: "not-found" },
        { type: "committed", status: "retry_ai", outcome: "transient" },
      ]);
      expect(await store.commit([])).toEqual([]);
    });

    test("a run of the time before a retry is answered as the first time, and changes nothing", async () => {
      const { store, enqueue, claimOne, ended, get } = open();
      const id = await enqueue();
      const run = ended(await claimOne(), permanent);
      const [first] = await store.commit([run]);
      await store.retry(id);
      const retried = await get(id);
      expect(await store.commit([run])).toEqual([first]);
      expect(await get(id)).toEqual(retried);
    });
  });
}

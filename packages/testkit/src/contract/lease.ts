import { type Fence, fenceOf } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { failure, succeeded, transient } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeLease<Tx>(createStore: CreateStore<Tx>): void {
  describe("lease", () => {
    const open = useScenes(createStore);

    test("a renewed lease runs from the renewal, and the job stays what it was", async () => {
      const { store, enqueue, get, claimOne, worker, advance } = open();
      const id = await enqueue();
      const job = await claimOne({ leaseMs: 15_000 });
      await advance(10_000);
      const renewed = await store.renew({ worker: worker(), leaseMs: 15_000, fences: [fenceOf(job)] });
      expect(renewed).toEqual(["renewed"]);
      const after = await get(id);
      expect(after).toMatchObject({ status: "processing", leaseNo: 1, attempts: 1 });
      const expiresAt = "lease" in after ? after.lease.expiresAt : 0;
      expect(expiresAt - job.lease.claimedAt).toBeGreaterThanOrEqual(25_000);
      expect(expiresAt - job.lease.claimedAt).toBeLessThan(27_000);
    });

    test("a renewed lease is not reclaimed", async () => {
      const { store, enqueue, get, claimOne, worker, pass } = open();
      const id = await enqueue();
      const job = await claimOne();
      for (let round = 0; round < 4; round++) {
        await pass(10_000);
        await store.renew({ worker: worker(), leaseMs: 15_000, fences: [fenceOf(job)] });
      }
      expect(await get(id)).toMatchObject({ status: "processing", leaseNo: 1 });
    });

    test("renewals are answered in the order of the fences, each for itself", async () => {
      const { store, request, claim, get, commit, worker } = open();
      await store.enqueue(Array.from({ length: 4 }, () => request()));
      const jobs = await claim();
      const [ended, held, asked, other] = jobs;
      if (ended === undefined || held === undefined || asked === undefined || other === undefined)
        throw new Error("four jobs are four");
      await commit(ended, succeeded);
      await store.cancel(asked.id);
      const fences = [
        fenceOf(asked),
        fenceOf(ended),
        { ...fenceOf(other), claimNonce: other.lease.claimNonce - 1 },
        { ...fenceOf(other), leaseNo: other.leaseNo + 1 },
        { ...fenceOf(other), jobId: request().id },
        fenceOf(held),
      ];
      expect(await store.renew({ worker: worker(), leaseMs: 60_000, fences })).toEqual([
        "cancel-requested",
        "lost",
        "lost",
        "lost",
        "lost",
        "renewed",
      ]);
      expect(await get(other.id)).toEqual(other);
    });

    test("an expired lease voids nothing before somebody reclaims the job", async () => {
      const { store, enqueue, claimOne, commit, worker, advance } = open();
      await enqueue();
      await enqueue();
      const [late, silent] = [await claimOne(), await claimOne()];
      await advance(60_000);
      const fences = [fenceOf(late)];
      expect(await store.renew({ worker: worker(), leaseMs: 15_000, fences })).toEqual(["renewed"]);
      expect(await commit(silent, succeeded)).toMatchObject({ type: "committed", status: "completed" });
    });

    test("an expired lease is reclaimed: the attempt is used, and the ledger says how it ended", async () => {
      const { store, enqueue, get, claimOne, maintain, advance } = open();
      const id = await enqueue();
      const { lease } = await claimOne({ workerId: "dead" });
      await maintain();
      expect(await get(id)).toMatchObject({ status: "processing" });
      await advance(15_000);
      expect((await maintain()).reclaimed).toBeGreaterThanOrEqual(1);
      expect(await get(id)).toMatchObject({
        ...{ status: "retry_ai", attempts: 1, deferrals: 0, leaseNo: 2 },
        lastFailure: { code: "lease_lost" },
      });
      expect(await store.listAttempts(id)).toMatchObject([
        { leaseNo: 1, outcome: "lease_lost", workerId: "dead", claimedAt: lease.claimedAt, usage: null },
      ]);
    });

    test("a job that lost its lease may be claimed again at once", async () => {
      const { enqueue, claimOne, pass } = open();
      const id = await enqueue();
      await claimOne();
      await pass(15_000);
      expect(await claimOne()).toMatchObject({ id, attempts: 2, leaseNo: 3 });
    });

    test("a lease lost on the last attempt ends the job", async () => {
      const { enqueue, get, claimOne, pass } = open();
      const id = await enqueue({ maxAttempts: 1 });
      await claimOne();
      await pass(15_000);
      expect(await get(id)).toMatchObject({ status: "failed_job_logic", attempts: 1 });
    });

    test("a lease lost after a cancel was asked for makes the job cancelled", async () => {
      const { store, enqueue, get, claimOne, pass } = open();
      const id = await enqueue();
      await claimOne();
      await store.cancel(id);
      await pass(15_000);
      expect(await get(id)).toMatchObject({ status: "cancelled" });
      expect(await store.listAttempts(id)).toMatchObject([{ outcome: "cancelled" }]);
    });

    test("a worker whose job was reclaimed neither renews nor ends it any more", async () => {
      const { store, enqueue, get, claimOne, commit, worker, pass } = open();
      const id = await enqueue();
      const lost = await claimOne();
      await pass(15_000);
      const fences = [fenceOf(lost)];
      expect(await store.renew({ worker: worker(), leaseMs: 15_000, fences })).toEqual(["lost"]);
      expect(await commit(lost, transient)).toEqual({ type: "fenced-off" });
      expect(await get(id)).toMatchObject({ status: "retry_ai", leaseNo: 2 });
    });

    test("of two leases of one job only the current one is renewed, in whatever order they are named", async () => {
      const { store, enqueue, claimOne, worker, pass } = open();
      await enqueue();
      const lost = await claimOne();
      await pass(15_000);
      const held = await claimOne();
      const renew = (fences: readonly Fence[]) => store.renew({ worker: worker(), leaseMs: 15_000, fences });
      expect(await renew([fenceOf(held), fenceOf(lost)])).toEqual(["renewed", "lost"]);
      expect(await renew([fenceOf(lost), fenceOf(held)])).toEqual(["lost", "renewed"]);
    });

    test("a lease number never comes back, whatever becomes of the job", async () => {
      const { store, enqueue, get, gate, claimOne, commit, pass } = open();
      const id = await enqueue({ maxAttempts: 2 });
      const seen = [0];
      const look = async () => seen.push((await get(id)).leaseNo);
      await claimOne().then(async (job) => {
        await look();
        await commit(job, { type: "rate_limited", scope: "minute", waitMs: 250, gateKey: gate, failure });
      });
      await look();
      await pass(1_000);
      await claimOne();
      await look();
      await pass(15_000);
      await look();
      await claimOne().then((job) => commit(job, transient));
      await look();
      await store.retry(id);
      await look();
      await claimOne();
      await look();
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual([...seen].sort((one, other) => one - other));
    });
  });
}

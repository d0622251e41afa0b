import { isDeferral, type RunOutcome, usesAttempt } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { outputInvalid, permanent, rateLimited, released, superseded, transient } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeLedger<Tx>(createStore: CreateStore<Tx>): void {
  describe("ledger", () => {
    const open = useScenes(createStore);

    test("attempts and deferrals of a job are those of its ledger since the last retry", async () => {
      const { store, enqueue, get, gate, claimOne, commit, pass } = open();
      const id = await enqueue({ maxAttempts: 5 });
      const limited = rateLimited(gate, { waitMs: 1_000 });
      const check = async () => {
        const job = await get(id);
        const ledger = (await store.listAttempts(id)).filter(({ leaseNo }) => leaseNo > job.retriedAtLeaseNo);
        expect(job.attempts).toBe(ledger.filter(({ outcome }) => usesAttempt[outcome]).length);
        expect(job.deferrals).toBe(ledger.filter(({ outcome }) => isDeferral[outcome]).length);
      };
      const run = async (outcome: RunOutcome | "dies") => {
        const job = await claimOne();
        if (outcome !== "dies") await commit(job, outcome);
        await pass(600_000);
        await check();
      };
      for (const outcome of [limited, transient, superseded, released, "dies", outputInvalid] as const)
        await run(outcome);
      await run(permanent);
      await store.retry(id);
      await check();
      for (const outcome of [limited, transient, permanent]) await run(outcome);
      expect((await store.listAttempts(id)).map(({ outcome }) => outcome)).toEqual([
        ...["rate_limited", "transient", "superseded", "released", "lease_lost", "output_invalid"],
        ...["permanent", "rate_limited", "transient", "permanent"],
      ]);
    });

    test("entries are listed oldest first, with the lease of each run", async () => {
      const { store, enqueue, claimOne, commit, pass } = open();
      const id = await enqueue();
      await commit(await claimOne({ workerId: "a" }), transient);
      await pass(600_000);
      await commit(await claimOne({ workerId: "b" }), transient);
      const ledger = await store.listAttempts(id);
      expect(ledger).toMatchObject([
        { leaseNo: 1, workerId: "a" },
        { leaseNo: 3, workerId: "b" },
      ]);
      const instants = ledger.flatMap(({ claimedAt, endedAt }) => [claimedAt, endedAt]);
      expect(instants).toEqual([...instants].sort((one, other) => one - other));
    });

    test("a job that nobody ran, or that is not there, has an empty ledger", async () => {
      const { store, enqueue, request } = open();
      expect(await store.listAttempts(await enqueue())).toEqual([]);
      expect(await store.listAttempts(request().id)).toEqual([]);
    });
  });
}

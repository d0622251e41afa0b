import { type NewJob, noLimits } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { succeeded, transient, unavailable } from "./outcomes.js";
import { claimRequest, idsOf, useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

/** For stores that do more than one thing at a time. */
export function describeContention<Tx>(createStore: CreateStore<Tx>): void {
  describe("contention", () => {
    const open = useScenes(createStore);
    const times = <Answer>(count: number, work: (index: number) => Promise<Answer>) =>
      Promise.all(Array.from({ length: count }, (_, index) => work(index)));

    test("workers that claim at the same time never take the same job", async () => {
      const { store, request, claim } = open();
      const requests = Array.from({ length: 60 }, () => request());
      await store.enqueue(requests);
      const claims = await times(8, (index) => claim({ workerId: `w${index}`, limit: 10 }));
      const ids = claims.flatMap(idsOf);
      expect(new Set(ids).size).toBe(ids.length);
      const rest = await claim();
      expect(new Set([...ids, ...idsOf(rest)])).toEqual(new Set(requests.map(({ id }) => id)));
    });

    test("workers that claim at the same time stay within the window", async () => {
      const { store, request, claim, taskType, modelGate } = open();
      await store.putTaskGates(taskType, [{ key: modelGate, limits: { ...noLimits, maxInFlight: 3 } }]);
      await store.enqueue(Array.from({ length: 20 }, () => request()));
      const claims = await times(8, () => claim({ limit: 2 }));
      const rest = await claim();
      expect(claims.flat().length).toBeLessThanOrEqual(3);
      expect(claims.flat().length + rest.length).toBe(3);
    });

    test("workers that claim at the same time stay within the budget", async () => {
      const { store, request, claim, taskType, modelGate } = open();
      const limits = { ...noLimits, requestsPerMinute: 6 };
      await store.putTaskGates(taskType, [{ key: modelGate, limits }]);
      await store.enqueue(Array.from({ length: 20 }, () => request()));
      const claims = await times(8, () => claim());
      expect(claims.flat().length).toBeLessThanOrEqual(1);
    });

    test("a half-open gate is tried by one of those who claim at the same time", async () => {
      const { store, request, claim, claimOne, commit, gate, pass } = open();
      await store.enqueue(Array.from({ length: 20 }, () => request()));
      await commit(await claimOne(), unavailable(gate, 1_000));
      await pass(1_000);
      const claims = await times(8, () => claim());
      expect(claims.flat().length).toBeLessThanOrEqual(1);
    });

    test.each(["keep", "replace", "rerun"] as const)(
      "a key that fifty enqueue at the same time with `%s` is one job",
      async (mode) => {
        const { store, request, taskType } = open();
        const dedupe = { key: "article-1", mode } as const;
        const answers = (await times(50, () => store.enqueue([request({ dedupe })]))).flat();
        expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
        const others = mode === "keep" ? "kept" : "replaced";
        expect(answers.map(({ outcome }) => outcome).sort()).toEqual(
          ["created", ...Array.from({ length: 49 }, () => others)].sort(),
        );
        expect(await store.countJobs({ taskType })).toEqual([{ taskType, status: "pending", count: 1 }]);
      },
    );

    test("a running job that fifty want to rerun at the same time is followed by one", async () => {
      const { store, request, claimOne, commit, enqueue, taskType } = open();
      const dedupe = { key: "article-1", mode: "rerun" } as const;
      const id = await enqueue({ dedupe });
      const running = await claimOne();
      const answers = (await times(50, () => store.enqueue([request({ dedupe })]))).flat();
      expect(answers).toEqual(Array.from({ length: 50 }, () => ({ id, outcome: "rerun" })));
      await commit(running, succeeded);
      const counts = await store.countJobs({ taskType });
      expect(counts.find(({ status }) => status === "pending")).toMatchObject({ count: 1 });
      expect(counts.find(({ status }) => status === "completed")).toMatchObject({ count: 1 });
    });

    test("lists with the same keys in opposite order make each key once, and nobody waits for ever", async () => {
      const { store, request, taskType } = open();
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
      const modes = ["keep", "replace", "rerun"] as const;
      const list = (ordered: readonly string[], round: number): NewJob[] =>
        ordered.map((key) => request({ dedupe: { key, mode: modes[round % 3] ?? "keep" } }));
      const answers = await times(6, (round) =>
        store.enqueue(list(round % 2 === 0 ? keys : [...keys].reverse(), round)),
      );
      expect(answers.flat().filter(({ outcome }) => outcome === "created")).toHaveLength(30);
      expect(await store.countJobs({ taskType })).toEqual([{ taskType, status: "pending", count: 30 }]);
    });

    test("a run that is sent several times at once is written once, and answered the same", async () => {
      const { store, enqueue, claimOne, ended, notes, taskType } = open();
      const id = await enqueue();
      const run = ended(await claimOne(), succeeded, { save: (tx) => notes.add(tx, taskType) });
      const answers = (await times(4, () => store.commit([run]))).flat();
      expect(answers).toEqual(
        Array.from({ length: 4 }, () => ({
          type: "committed",
          status: "completed",
          outcome: "succeeded",
        })),
      );
      expect(await store.listAttempts(id)).toHaveLength(1);
      expect((await notes.list()).filter((note) => note === taskType)).toHaveLength(1);
    });

    test("of a commit and a reclaim at the same time one wins, and the ledger knows which", async () => {
      const { store, enqueue, claimOne, commit, get, maintain, advance } = open();
      const id = await enqueue();
      const job = await claimOne();
      await advance(20_000);
      const [answer] = await Promise.all([commit(job, transient), maintain(), maintain()]);
      const [entry, ...more] = await store.listAttempts(id);
      expect(more).toEqual([]);
      expect(await get(id)).toMatchObject({ status: "retry_ai", leaseNo: 2 });
      expect(answer).toEqual(
        entry?.outcome === "lease_lost"
          ? { type: "fenced-off" }
          : { type: "committed", status: "retry_ai", outcome: "transient" },
      );
    });

    test("a save whose job is lost while it writes is not kept", async () => {
      const { enqueue, claimOne, commit, get, maintain, advance, notes, taskType } = open();
      const id = await enqueue();
      const save = async (tx: Tx) => {
        await notes.add(tx, taskType);
        await advance(20_000);
        await maintain();
      };
      expect(await commit(await claimOne(), succeeded, { save })).toEqual({ type: "fenced-off" });
      expect(await get(id)).toMatchObject({ status: "retry_ai" });
      expect(await notes.list()).not.toContain(taskType);
    });

    test("jobs of a transaction that is open are nobody's", async () => {
      const { store, transaction, request, claim, taskType } = open();
      await transaction(async (tx) => {
        await store.enqueue([request()], { tx });
        expect((await store.claim(claimRequest(taskType))).jobs).toEqual([]);
        expect(await store.countJobs({ taskType })).toEqual([]);
      });
      expect(await claim()).toHaveLength(1);
    });
  });
}

import { RateLimitedError, SupersededError, TransientError } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { succeeded } from "./outcomes.js";
import { useScenes } from "./scene.js";
import type { CreateStore } from "./store-under-test.js";

export function describeSave<Tx>(createStore: CreateStore<Tx>): void {
  describe("save", () => {
    const open = useScenes(createStore);

    test("what a save writes is kept together with the completion", async () => {
      const { enqueue, claimOne, commit, get, notes, taskType } = open();
      const id = await enqueue();
      const save = (tx: Tx) => notes.add(tx, taskType);
      expect(await commit(await claimOne(), succeeded, { save })).toMatchObject({ status: "completed" });
      expect(await get(id)).toMatchObject({ status: "completed", result: { chars: 12 } });
      expect(await notes.list()).toContain(taskType);
    });

    test("what a save wrote before it threw is not kept, and the run is a failed attempt", async () => {
      const { store, enqueue, claimOne, commit, get, notes, taskType } = open();
      const id = await enqueue();
      const save = async (tx: Tx) => {
        await notes.add(tx, taskType);
        throw new TypeError("column does not exist");
      };
      expect(await commit(await claimOne(), succeeded, { save })).toEqual({
        type: "committed",
        status: "retry_ai",
        outcome: "handler_error",
      });
      expect(await get(id)).toMatchObject({ attempts: 1, lastFailure: { name: "TypeError" } });
      expect(await store.listAttempts(id)).toMatchObject([{ outcome: "handler_error" }]);
      expect(await notes.list()).not.toContain(taskType);
    });

    test("a save says by its error how the run ended", async () => {
      const { enqueue, claimOne, commit, get } = open();
      const id = await enqueue();
      const superseded = () => {
        throw new SupersededError();
      };
      expect(await commit(await claimOne(), succeeded, { save: superseded })).toMatchObject({
        status: "pending",
        outcome: "superseded",
      });
      const transient = () => Promise.reject(new TransientError("later"));
      expect(await commit(await claimOne(), succeeded, { save: transient })).toMatchObject({
        status: "retry_ai",
        outcome: "transient",
      });
      expect(await get(id)).toMatchObject({ attempts: 1, deferrals: 1 });
    });

    test("a save that meets a rate limit closes the gate that stands for the run's errors", async () => {
      const { enqueue, claimOne, commit, gate, modelGate, getGate } = open();
      const id = await enqueue();
      const save = () => {
        throw new RateLimitedError({ waitMs: 20_000 });
      };
      const gates = [gate, modelGate];
      const answer = await commit(await claimOne(), succeeded, { save, gates, defaultGate: modelGate });
      expect(answer).toMatchObject({ status: "rate_limited" });
      expect((await getGate(modelGate)).closing).toMatchObject({ reason: "rate_limited", jobId: id });
    });

    test("a run that was fenced off is not kept", async () => {
      const { enqueue, claimOne, commit, pass, notes, taskType } = open();
      await enqueue();
      const lost = await claimOne();
      await pass(20_000);
      const save = (tx: Tx) => notes.add(tx, taskType);
      expect(await commit(lost, succeeded, { save })).toEqual({ type: "fenced-off" });
      expect(await notes.list()).not.toContain(taskType);
    });

    test("a run that is sent again is not saved again", async () => {
      const { store, enqueue, claimOne, ended, notes, taskType } = open();
      await enqueue();
      const run = ended(await claimOne(), succeeded, { save: (tx) => notes.add(tx, taskType) });
      const [first] = await store.commit([run]);
      expect(await store.commit([run])).toEqual([first]);
      expect((await notes.list()).filter((note) => note === taskType)).toHaveLength(1);
    });

    test("jobs enqueued in a save exist if and only if it is kept", async () => {
      const { store, enqueue, claimOne, commit, request, otherTask } = open();
      const [kept, lost] = [otherTask(), otherTask()];
      await enqueue();
      await enqueue();
      const follow = (tx: Tx) => store.enqueue([request({ taskType: kept })], { tx });
      await commit(await claimOne(), succeeded, { save: follow });
      const fail = async (tx: Tx) => {
        await store.enqueue([request({ taskType: lost })], { tx });
        throw new Error("after enqueueing");
      };
      await commit(await claimOne(), succeeded, { save: fail });
      expect(await store.countJobs({ taskType: kept })).toHaveLength(1);
      expect(await store.countJobs({ taskType: lost })).toEqual([]);
    });

    test("the saves of one list are each their own", async () => {
      const { store, enqueue, claim, ended, notes, taskType } = open();
      await enqueue();
      await enqueue();
      const [one, other] = await claim();
      if (one === undefined || other === undefined) throw new Error("two jobs are two");
      const save = (tx: Tx) => notes.add(tx, taskType);
      const fail = async (tx: Tx) => {
        await notes.add(tx, `${taskType} half`);
        throw new Error("disk full");
      };
      const answers = await store.commit([
        ended(one, succeeded, { save: fail }),
        ended(other, succeeded, { save }),
      ]);
      expect(answers).toMatchObject([{ status: "retry_ai" }, { status: "completed" }]);
      const written = await notes.list();
      expect(written).toContain(taskType);
      expect(written).not.toContain(`${taskType} half`);
    });
  });
}

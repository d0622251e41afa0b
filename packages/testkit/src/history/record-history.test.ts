import { defaultJobPolicy, type JobStore, noLimits, taskGateKey } from "@sluice/core";
import { expect, test } from "vitest";
import { openMemoryStore } from "../contract/memory-store-under-test.js";
import { claimRequest, openScene } from "../contract/scene.js";
import { createMemoryStore } from "../memory-store/memory-store.js";
import { delegateStore } from "./delegate-store.js";
import { callsOf } from "./history.js";
import { recordHistory } from "./record-history.js";

test("a recorded store answers what the store answers", async () => {
  const opened = await openMemoryStore();
  const recorder = recordHistory(opened.store);
  const { enqueue, claimOne, ended, store } = openScene({ ...opened, store: recorder.store }, "translate");
  const id = await enqueue();
  const job = await claimOne();
  expect(job.id).toBe(id);
  expect(await store.commit([ended(job, { type: "released" })])).toMatchObject([{ status: "pending" }]);
  expect(await opened.store.getJob(id)).toEqual(await store.getJob(id));
  expect(recorder.events().map(({ type }) => type)).toEqual(["enqueue", "claim", "commit"]);
});

test("ticks grow from the start of a call to its answer, and from call to call", async () => {
  const { store, events } = recordHistory(createMemoryStore());
  await store.putTaskGates("translate", [{ key: taskGateKey("translate"), limits: noLimits }]);
  await store.maintain({ limit: 1, policy: defaultJobPolicy });
  const ticks = events().flatMap((event) =>
    "answeredAt" in event ? [event.startedAt, event.answeredAt] : [],
  );
  expect(ticks).toEqual([1, 2, 3, 4]);
});

test("a call that fails, or is under way, has no answer", async () => {
  const failing: JobStore = {
    ...delegateStore<unknown>(createMemoryStore<unknown>()),
    claim: () => Promise.reject(new Error("connection lost")),
    maintain: () => new Promise(() => undefined),
  };
  const recorder = recordHistory(failing);
  await expect(recorder.store.claim(claimRequest("translate"))).rejects.toThrow("connection lost");
  const neverAnswered = recorder.store.maintain({ limit: 1, policy: defaultJobPolicy });
  expect(neverAnswered).toBeInstanceOf(Promise);
  const calls = [
    ...callsOf({ events: recorder.events() }, "claim"),
    ...callsOf({ events: recorder.events() }, "maintain"),
  ];
  expect(calls.map(({ answer, answeredAt }) => [answer, answeredAt])).toEqual([
    [null, null],
    [null, null],
  ]);
});

test("after a run that was put off the gates are looked at", async () => {
  const opened = await openMemoryStore();
  const recorder = recordHistory(opened.store);
  const { enqueue, claimOne, commit, gate } = openScene({ ...opened, store: recorder.store }, "translate");
  await enqueue();
  const failure = { name: "E", code: "e", message: "" };
  await commit(await claimOne(), { type: "blocked", reason: "auth", gateKey: gate, failure });
  const [look] = callsOf({ events: recorder.events() }, "list-gates");
  expect(look?.answer).toMatchObject([{ key: gate, closing: { reason: "blocked_auth" } }]);
});

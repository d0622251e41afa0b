import { defineTask, handle, type ProcessingJob } from "@sluice/core";
import type { WorkerEvent } from "@sluice/runner";
import { createVirtualClock } from "@sluice/runner/testing";
import { expect, test } from "vitest";
import { createProcess } from "../virtual-process.js";
import type { SimulatedTx } from "../world.js";
import { createWorkerLaws } from "./worker-laws.js";

const job = { id: "one", taskType: "index", leaseNo: 1 } as unknown as ProcessingJob; // all that is looked at
const handler = handle<undefined, undefined, never, SimulatedTx>(defineTask({ type: "index" }), {
  concurrency: 1,
  run: () => undefined,
});
const claimed: WorkerEvent = { type: "claimed", job, waitedMs: 0 };
const started: WorkerEvent = { type: "run-started", job, durationMs: 0 };
const ended: WorkerEvent = {
  type: "run-succeeded",
  job,
  outcome: "succeeded",
  durationMs: 1,
  usage: null,
};

async function judge(
  events: readonly (WorkerEvent | number)[],
  { concurrency = 2, jobDelayMs = 0, isCalm = false } = {},
): Promise<readonly string[]> {
  const clock = createVirtualClock();
  const process = createProcess("worker-1.1", clock);
  const faults: string[] = [];
  const world = {
    faults: { isCalm },
    violate: (law: string, detail: string) => faults.push(`${law}: ${detail}`),
  };
  const hear = createWorkerLaws(world, process, { concurrency, jobDelayMs, handlers: [handler] });
  for (const event of events) {
    if (typeof event === "number") await clock.advance(event);
    else hear(event);
  }
  return faults;
}

test("one run after the other breaks nothing", async () => {
  expect(await judge([claimed, started, ended, claimed, started, ended])).toEqual([]);
});

test("more runs at once than the handler or the worker allows are found", async () => {
  const two: WorkerEvent = { type: "run-started", job: { ...job, leaseNo: 2 }, durationMs: 0 };
  expect(await judge([started, two])).toEqual(["worker: worker-1.1 has 2 runs of index"]);
  expect(await judge([started, two], { concurrency: 1 })).toContain("worker: worker-1.1 has 2 runs at once");
});

test("jobs held in stock by a worker whose handler has limits are found", async () => {
  expect(await judge([claimed, claimed, started])).toEqual([]);
  expect(await judge([claimed, claimed, claimed, started])).toEqual(["worker: worker-1.1 holds 3 jobs"]);
});

test("a dispatch too soon after the last one is found", async () => {
  expect(await judge([started, 100, started], { jobDelayMs: 100 })).toEqual([]);
  expect(await judge([started, 50, started], { jobDelayMs: 100 })).toEqual([
    "worker: worker-1.1 dispatched after 50 of 100 ms",
  ]);
});

test("a run that begins although the worker is to stop is found", async () => {
  const stopping: WorkerEvent = { type: "worker-stopping", workerId: "worker-1.1", running: 0 };
  const again: WorkerEvent = { type: "worker-started", workerId: "worker-1.1", taskTypes: ["index"] };
  expect(await judge([stopping, again, started])).toEqual([]);
  expect(await judge([stopping, started])).toEqual(["worker: worker-1.1 began one although it was to stop"]);
});

test("a lease that is lost without cause is found, and so is a run that is left behind", async () => {
  const lost: WorkerEvent = { type: "lease-lost", job, durationMs: 0 };
  const left: WorkerEvent = { type: "worker-stopped", workerId: "worker-1.1", leftBehind: 1 };
  expect(await judge([lost, left])).toEqual([]);
  expect(await judge([lost, left], { isCalm: true })).toEqual([
    "lease: worker-1.1 lost one without cause",
    "worker: worker-1.1 left 1 runs behind without cause",
  ]);
});

test("what cannot be, were everybody's code right, is found", async () => {
  expect(await judge([{ type: "fault", error: new TypeError("unasked"), job }])).toEqual([
    "worker: worker-1.1: TypeError: unasked",
  ]);
});

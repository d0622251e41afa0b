import { makeJobId, type ProcessingJob } from "@sluice/core";
import type { WorkerEvent } from "@sluice/runner";
import { expect, test } from "vitest";
import { createIdleWorkers } from "./idle-workers.js";

const job = { id: makeJobId(0, { fraction: () => 0.5 }) } as unknown as ProcessingJob; // all that an event is looked at for is its type
const claimed: WorkerEvent = { type: "claimed", job, waitedMs: 0 };
const ended = { type: "run-succeeded", job } as unknown as WorkerEvent; // as above

function createScene() {
  let nowMs = 0;
  const idle = createIdleWorkers({ monotonicMs: () => nowMs });
  idle.hear("w1", { type: "worker-started" } as WorkerEvent);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { idle, pass };
}

test("a worker is idle when it has run and claimed nothing for long enough", () => {
  const { idle, pass } = createScene();
  pass(999);
  expect(idle.anyFor(1_000)).toBe(false);
  pass(1);
  expect(idle.anyFor(1_000)).toBe(true);
  idle.hear("w1", claimed);
  pass(5_000);
  expect(idle.anyFor(1_000)).toBe(false);
  idle.hear("w1", ended);
  pass(1_000);
  expect(idle.anyFor(1_000)).toBe(true);
});

test("one that works through a backlog, with a pause after each job, is not", () => {
  const { idle, pass } = createScene();
  for (let jobs = 0; jobs < 20; jobs++) {
    idle.hear("w1", claimed);
    idle.hear("w1", ended);
    pass(500);
    expect(idle.anyFor(1_000)).toBe(false);
  }
});

test.each(["stopping", "gone"])("one that is %s is not, either", (how) => {
  const { idle, pass } = createScene();
  pass(1_000);
  if (how === "gone") idle.gone("w1");
  else idle.hear("w1", { type: "worker-stopping" } as WorkerEvent);
  expect(idle.anyFor(1_000)).toBe(false);
});

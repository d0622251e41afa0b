import { createVirtualClock } from "@sluice/runner/testing";
import { expect, test } from "vitest";
import { createProcess } from "./virtual-process.js";

test("nothing runs any more in a process that has crashed", async () => {
  const clock = createVirtualClock();
  const ran: string[] = [];
  const process = createProcess("worker", clock, { onCrash: () => ran.push("crashed") });
  process.clock.schedule(10, () => ran.push("timer"));
  clock.schedule(20, () => process.enter(() => ran.push("answer")));
  process.crash();
  process.crash();
  await clock.runUntilIdle();
  expect(ran).toEqual(["crashed"]);
});

test("what comes in during a stall comes in after it, in its order; a timer can still be cancelled", async () => {
  const clock = createVirtualClock();
  const process = createProcess("worker", clock);
  const ran: string[] = [];
  const note = (what: string) => () => ran.push(`${what} ${clock.monotonicMs()}`);
  process.clock.schedule(10, note("timer"));
  const cancel = process.clock.schedule(15, note("cancelled"));
  clock.schedule(20, () => process.enter(note("answer")));
  process.stall(1_000);
  await clock.advance(500);
  expect(ran).toEqual([]);
  cancel();
  await clock.runUntilIdle();
  expect(ran).toEqual(["timer 1000", "answer 1000"]);
});

test("a machine whose clock is set is wrong about the time, and waits as long as before", async () => {
  const clock = createVirtualClock({ startMs: 5_000 });
  const process = createProcess("worker", clock);
  let ranAtMs = 0;
  process.clock.schedule(100, () => {
    ranAtMs = clock.monotonicMs();
  });
  process.jump({ wallMs: -3_000, monotonicMs: 700 });
  expect([process.clock.wallMs(), process.clock.monotonicMs()]).toEqual([2_000, 700]);
  await clock.runUntilIdle();
  expect(ranAtMs).toBe(100);
});

test("a clock that runs fast waits too short, and thinks that it was right", async () => {
  const clock = createVirtualClock();
  const process = createProcess("worker", clock, { rate: 2 });
  await clock.finish(process.sleep(100));
  expect([clock.monotonicMs(), process.clock.monotonicMs()]).toEqual([50, 100]);
});

import type { Worker, WorkerStatus } from "@sluice/runner";
import { beforeEach, expect, test } from "vitest";
import { watchLoop } from "./watch-loop.js";

let nowMs: number;
let status: WorkerStatus;
let tell: Map<string, (event: object) => void>;
let turns: () => boolean;
beforeEach(() => {
  nowMs = 0;
  status = { phase: "working", running: 0, occupied: 0, stuck: 0, uncommitted: 0 };
  tell = new Map();
  const on: Worker["on"] = (type, listener) => {
    tell.set(type, (event) => listener({ type, ...event } as Parameters<typeof listener>[0])); // as far as it is looked at
    return () => undefined;
  };
  const worker = {
    on,
    get status() {
      return status;
    },
  };
  turns = watchLoop(worker, 5_000, () => nowMs);
});

test("an idle loop that asks for jobs turns, one that has not asked for long does not", () => {
  nowMs = 65_000;
  expect(turns()).toBe(true);
  nowMs = 65_001;
  expect(turns()).toBe(false);
  tell.get("polled")?.({});
  expect(turns()).toBe(true);
});

test("who runs jobs, or does not work at all, need not ask", () => {
  nowMs = 1_000_000;
  for (const one of [{ running: 1 }, { uncommitted: 1 }, { phase: "stopping" as const }]) {
    status = { phase: "working", running: 0, occupied: 0, stuck: 0, uncommitted: 0, ...one };
    expect(turns()).toBe(true);
  }
});

test("a database that fails is another matter: the loop asks it again and again", () => {
  nowMs = 100_000;
  tell.get("store-failed")?.({ operation: "renew" });
  expect(turns()).toBe(false);
  tell.get("store-failed")?.({ operation: "claim" });
  expect(turns()).toBe(true);
});

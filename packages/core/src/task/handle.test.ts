import { expect, test } from "vitest";
import { noLimits } from "../gate/gate-limits.js";
import { defineTask } from "./define-task.js";
import { handle } from "./handle.js";

const task = defineTask({ type: "translate" });
const run = () => undefined;

test("what a handler does not say has a default", () => {
  expect(handle(task, { run })).toEqual({
    task,
    gates: [],
    timeoutMs: 120_000,
    backoff: null,
    concurrency: null,
    run,
  });
});

test("a handler may have several gates", () => {
  const gates = [{ key: "task:x" }, { key: "task:y" }];
  expect(handle(task, { gates, run }).gates.map(({ key }) => key)).toEqual(["task:x", "task:y"]);
});

test("a run may take a day", () => {
  expect(handle(task, { timeoutMs: 86_400_000, run }).timeoutMs).toBe(86_400_000);
});

test("what it says is checked and complete", () => {
  const gates = [{ key: "model:acme:main:mt-2", requestsPerMinute: 600 }];
  const backoff = { baseMs: 0, maxMs: 86_400_000 };
  expect(handle(task, { gates, timeoutMs: 1, backoff, concurrency: 2, run })).toMatchObject({
    gates: [{ key: "model:acme:main:mt-2", limits: { ...noLimits, requestsPerMinute: 600 } }],
    timeoutMs: 1,
    backoff,
    concurrency: 2,
  });
});

test.each([
  ["a timeout of nothing", { timeoutMs: 0 }, /timeoutMs of translate/],
  ["a timeout of more than a day", { timeoutMs: 86_400_001 }, /timeoutMs of translate/],
  ["a timeout that is no number", { timeoutMs: Number.NaN }, /timeoutMs of translate/],
  ["half a run at once", { concurrency: 0.5 }, /concurrency of translate/],
  ["no run at once", { concurrency: 0 }, /concurrency of translate/],
  ["a backoff that is no number", { backoff: { baseMs: Number.NaN, maxMs: 1 } }, /backoff of translate/],
  [
    "a backoff without end",
    { backoff: { baseMs: 1, maxMs: Number.POSITIVE_INFINITY } },
    /backoff of translate/,
  ],
  [
    "a backoff of more than a day",
    { backoff: { baseMs: 1, maxMs: 86_400_001 } },
    /got {"baseMs":1,"maxMs":86/,
  ],
  ["a backoff into the past", { backoff: { baseMs: -1, maxMs: 1 } }, /backoff of translate/],
  ["a gate that is none", { gates: [{ key: "acme" }] }, /task:<taskType> or model:/],
  ["a gate with impossible limits", { gates: [{ key: "task:x", maxInFlight: 0 }] }, /maxInFlight/],
  ["a gate twice", { gates: [{ key: "task:x" }, { key: "task:x" }] }, /gates of translate must differ/],
])("%s is refused", (_, options, message) => {
  expect(() => handle(task, { ...options, run })).toThrow(message);
});

test("a handler that cannot run is refused", () => {
  expect(() => handle(task, {} as unknown as { run: typeof run })).toThrow(/needs a function `run`/);
});

// What follows does not compile; JavaScript callers meet it.
const untyped = handle as (task: unknown, options: unknown) => unknown;

test.each([
  ["no task", undefined, { run }, /takes a task made by `defineTask`/],
  ["a task by its name", "translate", { run }, /takes a task made by `defineTask`/],
  ["no options", task, undefined, /handler of translate needs an object/],
  ["a function for options", task, run, /handler of translate needs an object/],
  ["a timeout as text", task, { run, timeoutMs: "5" }, /timeoutMs of translate/],
  ["a backoff as text", task, { run, backoff: { baseMs: "1", maxMs: 2 } }, /backoff of translate/],
  [
    "a gate that is not in a list",
    task,
    { run, gates: { key: "task:x" } },
    /gates of translate must be a list/,
  ],
  ["a gate without a key", task, { run, gates: [{}] }, /task:<taskType> or model:/],
  ["no task at all", null, { run }, /takes a task made by `defineTask`/],
  ["a task without a type", {}, { run }, /takes a task made by `defineTask`/],
  ["no options", task, null, /handler of translate needs an object/],
])("%s is refused with what is asked for", (_, given, options, message) => {
  expect(() => untyped(given, options)).toThrow(message);
});

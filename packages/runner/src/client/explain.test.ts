import { BlockedError, defineTask, type HandlerGate, handle, RateLimitedError } from "@sluice/core";
import { delegateStore } from "@sluice/testkit";
import { expect, test } from "vitest";
import { createVirtualWorld, pass } from "../../test/virtual-world.js";
import { createJobs } from "./create-jobs.js";

const task = defineTask({ type: "translate" });
const model = "model:acme:main:mt-2";

async function createWorldWithWorker(
  run: () => Promise<undefined>,
  { gate = {}, concurrency = 10 }: { gate?: Omit<HandlerGate, "key">; concurrency?: number } = {},
) {
  const world = createVirtualWorld();
  const handler = handle(task, { gates: [{ key: model, ...gate }], run });
  const worker = world.worker({ handlers: [handler], concurrency });
  await world.clock.finish(worker.start());
  return { ...world, running: worker };
}

const never = () => new Promise<undefined>(() => undefined);

test("nothing waits, and no worker has ever been seen", async () => {
  const { jobs } = createVirtualWorld();
  const { causes, text } = await jobs.explain(task);
  expect(causes).toEqual([
    { type: "nothing-waiting", running: 0 },
    { type: "no-live-worker", liveWorkers: 0, lastSeenAt: null },
  ]);
  expect(text.split("\n")).toEqual([
    "translate: 0 waiting, 0 running.",
    "Nothing is waiting.",
    "No live worker handles translate: no worker is live at all; none has ever been seen.",
  ]);
});

test("nothing keeps a job from running that is about to be claimed", async () => {
  const { jobs } = await createWorldWithWorker(never);
  await jobs.enqueue(task, {});
  expect(await jobs.explain("translate")).toEqual({
    text: "translate: 1 waiting, 0 running.\nNothing keeps its jobs from running, unless a worker limits them itself: a handler's `concurrency`, `jobDelayMs`, ends that it cannot commit.",
    causes: [],
    waiting: 1,
    running: 0,
  });
});

test("live workers that do other things do not help, nor does one that has been silent for long", async () => {
  const { jobs, clock, worker, store } = createVirtualWorld();
  const other = worker({ handlers: [handle(defineTask({ type: "other" }), { run: never })] });
  await clock.finish(other.start());
  const [record] = await store.listWorkers();
  if (record === undefined) throw new Error("there is a worker");
  await store.putWorker({ ...record, id: "dead", taskTypes: ["translate"] });
  const seenAt = await store.now();
  await clock.advance(60_000);
  expect((await jobs.explain(task)).causes).toContainEqual({
    type: "no-live-worker",
    liveWorkers: 1,
    lastSeenAt: seenAt,
  });
  expect((await jobs.explain(task)).text).toContain("1 live ones do other things; the last one was seen");
});

test("an operator's pause says until when", async () => {
  const { jobs } = await createWorldWithWorker(never);
  await jobs.enqueue(task, {});
  await jobs.pause(task, { forMs: 598_000 });
  const { causes, text } = await jobs.explain(task);
  expect(causes).toMatchObject([{ type: "paused", gate: "task:translate" }]);
  expect(text).toContain(
    "Gate task:translate is paused by an operator until 2027-01-15T08:09:58.000Z (in 9 min 58 s).",
  );
  await jobs.pause(model);
  expect((await jobs.explain(task)).text).toContain(
    `Gate ${model} is paused by an operator until somebody resumes it.`,
  );
});

test("a closed gate names the provider's words, the job and the time", async () => {
  const refuse = () => Promise.reject(new RateLimitedError({ waitMs: 30_000, message: "429: slow down" }));
  const { jobs, clock } = await createWorldWithWorker(refuse);
  const { id } = await jobs.enqueue(task, {});
  await clock.advance(100);
  const { causes, text } = await jobs.explain(task);
  expect(causes).toMatchObject([
    { type: "closed", gate: model, reason: "rate_limited", detail: "429: slow down", jobId: id },
  ]);
  expect(text).toContain(`because of job ${id}: the provider's rate limit is reached (429: slow down).`);
});

test("a gate that is half open says that it is being tried out", async () => {
  let calls = 0;
  const { jobs, clock } = await createWorldWithWorker(() => {
    calls += 1;
    return calls === 1 ? Promise.reject(new BlockedError("auth", "401: bad key")) : never();
  });
  await jobs.enqueueMany(task, [{}, {}]);
  await clock.runUntil(() => calls > 1 && clock.monotonicMs() > 60_000);
  expect((await jobs.explain(task)).causes).toContainEqual({
    type: "probing",
    gate: model,
    reason: "blocked_auth",
    detail: "401: bad key",
    inFlight: 1,
  });
});

test("a used-up budget says when the next permit comes, a full window how many run", async () => {
  const budget = await createWorldWithWorker(never, { gate: { requestsPerMinute: 1 } });
  await budget.jobs.enqueueMany(task, [{}, {}]);
  await budget.clock.advance(10);
  expect((await budget.jobs.explain(task)).causes).toMatchObject([{ type: "no-permit", gate: model }]);

  const window = await createWorldWithWorker(never, { gate: { maxInFlight: 1 } });
  await window.jobs.enqueueMany(task, [{}, {}]);
  await window.clock.advance(10);
  expect((await window.jobs.explain(task)).causes).toEqual([
    { type: "window-full", gate: model, inFlight: 1, maxInFlight: 1 },
  ]);
});

test("jobs that are due later are told from those that back off", async () => {
  let calls = 0;
  const { jobs, clock } = await createWorldWithWorker(() => {
    calls += 1;
    return Promise.reject(new Error("no luck"));
  });
  const failed = await jobs.enqueue(task, {});
  await clock.runUntil(() => calls === 1);
  await clock.advance(1);
  await jobs.enqueue(task, {}, { delayMs: 86_400_000 });
  const { causes, text } = await jobs.explain(task);
  expect(causes).toMatchObject([{ type: "due-later", waiting: 2, backingOff: 1, nextJobId: failed.id }]);
  expect(text).toContain("All 2 waiting jobs are due later, 1 of them backing off after a failed attempt");
});

test("busy workers are counted with their slots", async () => {
  const { jobs, clock } = await createWorldWithWorker(
    async () => {
      await pass(clock, 60_000);
      return undefined;
    },
    { concurrency: 2 },
  );
  await jobs.enqueueMany(task, [{}, {}, {}]);
  await clock.advance(6_000);
  expect((await jobs.explain(task)).causes).toEqual([
    { type: "workers-busy", workers: 1, running: 2, concurrency: 2 },
  ]);
});

test("a store that does not answer is a cause, too, and nothing else is known then", async () => {
  const { store } = createVirtualWorld();
  const away = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" });
  const jobs = createJobs({ store: { ...delegateStore(store), countJobs: () => Promise.reject(away) } });
  expect(await jobs.explain(task)).toEqual({
    text: "translate: unknown, the store does not answer.\nError (ECONNREFUSED): connect ECONNREFUSED 127.0.0.1:5432",
    causes: [
      {
        type: "store-away",
        failure: { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:5432" },
      },
    ],
    waiting: null,
    running: null,
  });
});

test("a store that never answers is as good as away", async () => {
  const { store, clock } = createVirtualWorld();
  const jobs = createJobs({ store: { ...delegateStore(store), countJobs: never }, clock } as never);
  const { causes } = await clock.finish(jobs.explain(task));
  expect(causes).toMatchObject([{ type: "store-away", failure: { code: "no_answer" } }]);
});

test("a type that no task can have is refused, not explained", async () => {
  const { jobs } = createVirtualWorld();
  await expect(jobs.explain("x".repeat(512))).rejects.toMatchObject({ name: "InvalidRequestError" });
  await expect(jobs.explain({ type: "" } as never)).rejects.toMatchObject({ name: "InvalidRequestError" });
});

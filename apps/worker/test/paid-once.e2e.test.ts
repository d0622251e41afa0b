import { sumCosts } from "@sluice/store-drizzle/ai";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type AiWorld, chatAnswer, openAiWorld, summaryAnswer, type WorkerProcess } from "./ai-world.js";

// Each starts two workers, one after the other.
vi.setConfig({ testTimeout: 240_000 });

let world: AiWorld;
beforeAll(async () => {
  world = await openAiWorld();
});
afterAll(() => world.close());

let workers: WorkerProcess[] = [];
beforeEach(() => {
  world.provider.requests.length = 0;
  world.provider.answer = () => summaryAnswer("About tea.");
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  workers = [];
});

function startWorker(): WorkerProcess {
  const worker = world.startWorker();
  workers.push(worker);
  return worker;
}

const aboutTea = { kind: "summary", summary: "About tea.", keywords: ["tea"] };

test("a worker that is killed before the call has asked nobody: the next one asks once", async () => {
  const target = await world.put("before.md", "before");
  const lock = await world.hold({ table: "sluice.ai_calls" });
  const jobId = await world.enqueue(target);
  const worker = startWorker();
  const backend = await lock.waiter();
  await worker.kill();
  await world.bury({ backend, lock });
  expect(world.provider.requests).toHaveLength(0);

  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed", result: aboutTea });
  expect(world.provider.requests).toHaveLength(1);
  expect(await world.calls(jobId)).toMatchObject([{ state: "received" }]);
  expect((await world.attempts(jobId)).map(({ outcome }) => outcome)).toEqual(["lease_lost", "succeeded"]);
});

test("a worker that is killed during the call leaves one that is unknown, possibly billed: the next one asks again", async () => {
  const target = await world.put("during.md", "during");
  world.provider.answer = () => ({ status: 0, hang: true });
  const jobId = await world.enqueue(target);
  const asked = world.provider.nextRequest();
  const worker = startWorker();
  await asked;
  await worker.kill();
  expect(await world.calls(jobId)).toMatchObject([{ state: "sent" }]);
  await world.bury();

  world.provider.answer = () => summaryAnswer("About tea.");
  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed", result: aboutTea });
  expect(world.provider.requests).toHaveLength(2);
  expect(await world.calls(jobId)).toMatchObject([
    { state: "unknown", inputTokens: null },
    { state: "received", inputTokens: 1_000 },
  ]);
  expect(await sumCosts(world.db, { jobId })).toMatchObject([
    { calls: 2, answered: 1, uncertain: 1, costUsd: "0.0011" },
  ]);
});

test("a worker that is killed when the answer is stored costs no second call", async () => {
  const target = await world.put("stored.md", "stored");
  const lock = await world.hold({ target });
  const jobId = await world.enqueue(target);
  const worker = startWorker();
  // It waits to save what it found.
  const backend = await lock.waiter();
  expect(await world.calls(jobId)).toMatchObject([{ state: "received", unusable: false }]);
  await worker.kill();
  await world.bury({ backend, lock });
  expect(await world.enrichment(target.id)).toBeNull();

  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed", result: aboutTea });
  expect(world.provider.requests).toHaveLength(1);
  expect(await world.calls(jobId)).toHaveLength(1);
  expect(await world.enrichment(target.id)).toEqual(aboutTea);
  expect(await world.attempts(jobId)).toEqual([
    { outcome: "lease_lost", cost: null },
    { outcome: "succeeded", cost: "0" },
  ]);
});

test("a worker that is killed during the commit has committed nothing, and costs no second call", async () => {
  const target = await world.put("commit.md", "commit");
  // The target's row is written by then, the job's is not.
  const lock = await world.hold({ table: "sluice.finished_jobs" });
  const jobId = await world.enqueue(target);
  const worker = startWorker();
  const backend = await lock.waiter("sluice.targets");
  await worker.kill();
  await world.bury({ backend, lock });
  expect(await world.jobs.get(jobId)).toMatchObject({ status: "retry_ai" });
  expect(await world.enrichment(target.id)).toBeNull();

  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed", result: aboutTea });
  expect(world.provider.requests).toHaveLength(1);
  expect(await world.calls(jobId)).toHaveLength(1);
  expect(await world.enrichment(target.id)).toEqual(aboutTea);
});

test("a malformed answer is billed to the job, and asked for again once", async () => {
  const target = await world.put("malformed.md", "malformed");
  world.provider.answer = () =>
    world.provider.requests.length === 1 ? chatAnswer('{"summary": "About') : summaryAnswer("About tea.");
  const jobId = await world.enqueue(target);
  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed", result: aboutTea });
  expect(world.provider.requests).toHaveLength(2);
  expect(await world.calls(jobId)).toMatchObject([{ unusable: true }, { unusable: false }]);
  expect(await world.attempts(jobId)).toEqual([
    { outcome: "output_invalid", cost: "0.0011" },
    { outcome: "succeeded", cost: "0.0011" },
  ]);
  expect(await sumCosts(world.db, { jobId })).toMatchObject([{ answered: 2, costUsd: "0.0022" }]);
});

test("the second malformed answer ends the job: nobody pays for a third", async () => {
  const target = await world.put("hopeless.md", "hopeless");
  world.provider.answer = () => chatAnswer("I would rather not.");
  const jobId = await world.enqueue(target);
  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "failed_ai" });
  expect(world.provider.requests).toHaveLength(2);
  expect(await sumCosts(world.db, { jobId })).toMatchObject([{ answered: 2, costUsd: "0.0022" }]);
});

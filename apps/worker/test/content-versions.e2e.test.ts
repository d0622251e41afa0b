import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type AiWorld, openAiWorld, patience, summaryAnswer, type WorkerProcess } from "./ai-world.js";

// Each starts a worker or two.
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

/** Makes the provider think about the first question until it is told to go on. */
function holdFirstAnswer(first: string, others: string): () => void {
  const { provider } = world;
  let goOn = () => {};
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  provider.answer = async () => {
    if (provider.requests.length > 1) return summaryAnswer(others);
    await told;
    return summaryAnswer(first);
  };
  return () => goOn();
}

test("content that changed while its job ran is enriched anew, without an attempt used; nothing old is saved", async () => {
  const target = await world.put("changed.md", "old");
  const goOn = holdFirstAnswer("About the old.", "About the new.");
  const asked = world.provider.nextRequest();
  const jobId = await world.enqueue(target);
  startWorker();
  await asked;
  await world.put("changed.md", "new");
  goOn();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed" });
  expect(await world.enrichment(target.id)).toMatchObject({ summary: "About the new." });
  expect(world.provider.requests.map(({ body }) => body.includes("new"))).toEqual([false, true]);
  expect((await world.attempts(jobId)).map(({ outcome }) => outcome)).toEqual(["superseded", "succeeded"]);
  expect(await world.jobs.get(jobId)).toMatchObject({ attempts: 1 });
});

test("a run that hung and comes back with an answer to older content overwrites nothing", async () => {
  const target = await world.put("hung.md", "first");
  const goOn = holdFirstAnswer("About the first.", "About the second.");
  const asked = world.provider.nextRequest();
  const jobId = await world.enqueue(target);
  const hung = startWorker();
  await asked;
  hung.freeze();
  await world.put("hung.md", "second");
  await world.bury();
  startWorker();
  expect(await world.ended(jobId)).toMatchObject({ status: "completed" });
  goOn();
  hung.thaw();
  // The late answer was paid for: it is in the ledger, and nowhere else.
  await vi.waitFor(
    async () =>
      expect(await world.calls(jobId)).toMatchObject([{ state: "received" }, { state: "received" }]),
    patience,
  );
  await hung.stop();
  expect(await world.enrichment(target.id)).toMatchObject({ summary: "About the second." });
  expect((await world.attempts(jobId)).map(({ outcome }) => outcome)).toEqual(["lease_lost", "succeeded"]);
});

test("unchanged content that is enqueued again completes without a call, unless it is to be asked afresh", async () => {
  const target = await world.put("same.md", "same");
  startWorker();
  const first = await world.enqueue(target);
  expect(await world.ended(first)).toMatchObject({ status: "completed" });
  world.provider.answer = () => summaryAnswer("Another answer.");
  const again = await world.enqueue(target);
  expect(await world.ended(again)).toMatchObject({ status: "completed", result: { summary: "About tea." } });
  expect(world.provider.requests).toHaveLength(1);
  expect(await world.attempts(again)).toEqual([{ outcome: "succeeded", cost: "0" }]);

  const fresh = await world.enqueue(target, { fresh: true });
  expect(await world.ended(fresh)).toMatchObject({ result: { summary: "Another answer." } });
  expect(world.provider.requests).toHaveLength(2);
  expect(await world.enrichment(target.id)).toMatchObject({ summary: "Another answer." });
});

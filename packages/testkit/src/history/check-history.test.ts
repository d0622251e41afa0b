import { type EndedRun, type GateKey, noLimits, type RunOutcome, taskGateKey } from "@sluice/core";
import { beforeAll, describe, expect, test } from "vitest";
import { openMemoryStore } from "../contract/memory-store-under-test.js";
import { openScene, type Scene } from "../contract/scene.js";
import { checkHistory } from "./check-history.js";
import { type CallOf, callsOf, type History, type HistoryEvent, type RecordedCall } from "./history.js";
import { type Recorder, recordHistory } from "./record-history.js";
import type { Invariant } from "./violation.js";

const failure = { name: "E", code: "e", message: "it did not work" };
const transient: RunOutcome = { type: "transient", waitMs: null, failure };
const permanent: RunOutcome = { type: "permanent", failure };
const succeeded: RunOutcome = { type: "succeeded", result: null };
const modelGate = "model:acme:main:mt-2" as GateKey;
const limited: RunOutcome = {
  type: "rate_limited",
  scope: "minute",
  waitMs: 30_000,
  gateKey: modelGate,
  failure,
};

/** A recorded scene: two jobs; one is put off, fails, is retried and succeeds, the other fails for good. */
async function record(): Promise<{ history: History; scene: Scene<string[]>; recorder: Recorder<string[]> }> {
  const opened = await openMemoryStore();
  const recorder = recordHistory(opened.store);
  const scene = openScene({ ...opened, store: recorder.store }, "translate");
  const { store, enqueue, claimOne, ended, maintain, pass } = scene;
  const gates = { gates: [taskGateKey("translate"), modelGate] };
  const end = async (outcome: RunOutcome, changes: Partial<EndedRun<string[]>> = {}) => {
    const run = ended(await claimOne(), outcome, { ...gates, ...changes });
    await store.commit([run]);
    return run;
  };

  await store.putTaskGates("translate", [{ key: modelGate, limits: noLimits }]);
  const first = await enqueue({ priority: -1, dedupe: { key: "one", mode: "keep" } });
  await enqueue({ deadline: { inMs: 3_600_000 }, dedupe: { key: "two", mode: "keep" } });
  await end(limited);
  await scene.claim();
  await pass(30_000);
  await end(transient);
  await pass(60_000);
  await end(permanent);
  await store.retry(first);
  const last = await end(succeeded, { save: () => undefined });
  await store.commit([last]);
  await claimOne();
  await pass(60_000);
  await end(permanent);
  await maintain();
  const saved = [{ jobId: last.job.id, leaseNo: last.job.leaseNo }];
  return { history: await recorder.finish(saved), scene, recorder };
}

describe("a history", () => {
  let good: History;
  beforeAll(async () => {
    ({ history: good } = await record());
  });

  /** What is found in the history when the calls of a type are changed. */
  function judged<Type extends RecordedCall["type"]>(
    type: Type,
    change: (call: CallOf<Type>, index: number) => CallOf<Type>,
  ): readonly Invariant[] {
    let index = -1;
    const isOfType = (event: HistoryEvent): event is CallOf<Type> => event.type === type;
    const events = good.events.map((event) => {
      if (!isOfType(event)) return event;
      index += 1;
      return change(event, index);
    });
    return found({ ...good, events });
  }

  function judgedFinal(change: (final: History["final"]) => Partial<History["final"]>): readonly Invariant[] {
    return found({ ...good, final: { ...good.final, ...change(good.final) } });
  }

  function found(history: History): readonly Invariant[] {
    return [...new Set(checkHistory(history, { allEnded: true }).map(({ invariant }) => invariant))];
  }

  test("of a store that keeps its word is without fault", () => {
    expect(good.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        "enqueue",
        "claim",
        "commit",
        "retry",
        "list-gates",
        "put-task-gates",
        "maintain",
      ]),
    );
    expect(good.final.jobs.map(({ status }) => status).sort()).toEqual(["completed", "failed_ai"]);
    expect(checkHistory(good, { allEnded: true })).toEqual([]);
  });

  test("survives JSON", () => {
    expect(checkHistory(JSON.parse(JSON.stringify(good)), { allEnded: true })).toEqual([]);
  });

  test("in which a job is missing is at fault", () => {
    const broken = judgedFinal(({ jobs }) => ({ jobs: jobs.slice(1) }));
    expect(broken).toEqual(["accounted-for"]);
  });

  test("in which a job is missing that may have been deleted is without fault", () => {
    const final = { ...good.final, jobs: good.final.jobs.slice(1) };
    const events = good.events.map((event) =>
      event.type === "maintain" && event.answer !== null
        ? { ...event, answer: { ...event.answer, deleted: 1 } }
        : event,
    );
    expect(found({ events, final })).toEqual([]);
  });

  test("in which a job came from nowhere is at fault", () => {
    const broken = judged("enqueue", (call) => ({ ...call, asked: { ...call.asked, ids: [] } }));
    expect(broken).toEqual(["accounted-for"]);
  });

  test("in which a job is stuck is at fault", () => {
    const [job] = good.final.jobs;
    if (job === undefined) throw new Error("there is a job");
    const stuck = { ...job, status: "pending", leaseNo: job.leaseNo + 2 } as typeof job;
    expect(judgedFinal(({ jobs }) => ({ jobs: [stuck, ...jobs.slice(1)] }))).toContain("ended");
    expect(checkHistory(good)).toEqual([]);
  });

  test("in which two live jobs have one key is at fault", () => {
    const live = good.final.jobs.map(
      (job) => ({ ...job, status: "pending", dedupeKey: "same" }) as typeof job,
    );
    expect(judgedFinal(() => ({ jobs: live }))).toContain("one-live-job-per-key");
  });

  test("in which a lease was given out twice is at fault, unless the database crashed and the nonces differ", () => {
    const again = good.events.find((event) => event.type === "claim");
    if (again?.type !== "claim" || again.answer === null) throw new Error("there is a claim");
    const other = again.answer.map((job) => ({ ...job, claimNonce: job.claimNonce + 1 }));
    const twice = (answer: typeof other) => [...good.events, { ...again, answer }];
    const crash = { type: "database-crashed", startedAt: 0 } as const;
    expect(found({ ...good, events: twice(other) })).toContain("one-lease");
    expect(found({ ...good, events: [crash, ...twice(other)] })).not.toContain("one-lease");
    expect(found({ ...good, events: [crash, ...twice([...again.answer])] })).toContain("one-lease");
  });

  test("in which a run that was sent again is answered otherwise is at fault", () => {
    const last = good.events.filter(({ type }) => type === "commit").length - 2;
    const broken = judged("commit", (call, index) =>
      index === last ? { ...call, answer: [{ type: "fenced-off" }] } : call,
    );
    expect(broken).toContain("one-lease");
  });

  test("in which a lease ended twice is at fault", () => {
    const broken = judgedFinal(({ attempts }) => ({ attempts: [...attempts, ...attempts.slice(0, 1)] }));
    expect(broken).toContain("one-end-per-lease");
  });

  test("in which the ledger says something else than the worker heard is at fault", () => {
    const broken = judgedFinal(({ attempts }) => ({
      attempts: attempts.map((attempt) =>
        attempt.outcome === "transient" ? { ...attempt, outcome: "timeout" } : attempt,
      ),
    }));
    expect(broken).toEqual(["one-end-per-lease"]);
  });

  test("in which a result was saved twice, by nobody, or not at all is at fault", () => {
    const [saved] = good.final.saved ?? [];
    if (saved === undefined) throw new Error("something was saved");
    expect(judgedFinal(() => ({ saved: [saved, saved] }))).toEqual(["saved-once"]);
    expect(judgedFinal(() => ({ saved: [saved, { ...saved, leaseNo: 1 }] }))).toEqual(["saved-once"]);
    expect(judgedFinal(() => ({ saved: [] }))).toEqual(["saved-once"]);
    expect(judgedFinal(() => ({ saved: null }))).toEqual([]);
  });

  test.each(["attempts", "deferrals", "invalidOutputs"] as const)(
    "in which %s of a job are not those of its ledger is at fault",
    (counter) => {
      const broken = judgedFinal(({ jobs }) => ({
        jobs: jobs.map((job) => ({ ...job, [counter]: job[counter] + 1 })),
      }));
      expect(broken).toEqual(["counters"]);
    },
  );

  test("in which a job was claimed more often than it may be is at fault", () => {
    const broken = judged("claim", (call) => ({
      ...call,
      answer: (call.answer ?? []).map((job) => ({ ...job, attempts: job.maxAttempts + 1 })),
    }));
    expect(broken).toEqual(["counters"]);
  });

  test("in which a job left its end without a retry is at fault", () => {
    expect(judged("retry", (call) => ({ ...call, answer: { type: "not-found" } }))).toEqual([
      "legal-statuses",
    ]);
    expect(judged("retry", (call) => ({ ...call, answer: null, answeredAt: null }))).toEqual([]);
  });

  test("in which a crash of the database made it forget a claim is without fault", async () => {
    const { scene, recorder } = await record();
    const id = await scene.enqueue();
    await scene.store.cancel(id);
    const { events, final } = await recorder.finish();
    const claimed = { jobId: id, leaseNo: 1, claimNonce: 4, taskType: "translate" };
    const forgotten: HistoryEvent = {
      ...{ type: "claim", startedAt: 1_000, answeredAt: 1_001, asked: { workerId: "w", claimNonce: 4 } },
      answer: [{ ...claimed, attempts: 1, maxAttempts: 3, claimedAt: await scene.store.now() }],
    };
    const crash: HistoryEvent = { type: "database-crashed", startedAt: 1_002 };
    expect(found({ events: [...events, forgotten], final })).toEqual(["legal-statuses"]);
    expect(found({ events: [...events, forgotten, crash], final })).toEqual([]);
  });

  test("in which a completed job changed is at fault", () => {
    const broken = judgedFinal(({ jobs }) => ({
      jobs: jobs.map((job) => (job.status === "completed" ? { ...job, leaseNo: job.leaseNo + 5 } : job)),
    }));
    expect(broken).toEqual(["legal-statuses"]);
  });

  test("in which one run made its job two things is at fault", () => {
    const broken = judgedFinal(({ jobs }) => ({
      jobs: jobs.map((job) => (job.status === "completed" ? { ...job, status: "cancelled" } : job)),
    }));
    expect(broken).toEqual(["legal-statuses"]);
  });

  test("in which a claim took a job through a closed gate is at fault", async () => {
    const { scene, recorder } = await record();
    const { store, enqueue, claimOne, ended } = scene;
    await enqueue();
    await enqueue();
    const run = ended(await claimOne(), limited, { gates: [modelGate] });
    await store.commit([run]);
    const { events, final } = await recorder.finish();
    const early = callsOf({ events }, "claim").at(-1);
    const startedAt = events.length * 2 + 10;
    const stolen = (early?.answer ?? []).map((job) => ({ ...job, leaseNo: 9 }));
    const asked = { workerId: "thief", claimNonce: 1 };
    const theft: HistoryEvent = {
      ...{ type: "claim", asked, startedAt, answeredAt: startedAt + 1 },
      answer: stolen,
    };
    const broken = checkHistory({ events: [...events, theft], final });
    expect(broken.map(({ invariant }) => invariant)).toContain("closed-gates");
    const opened: HistoryEvent = {
      type: "operate-gate",
      startedAt: startedAt - 2,
      answeredAt: startedAt - 1,
      asked: { key: modelGate },
      answer: null,
    };
    const excused = checkHistory({ events: [...events, opened, theft], final });
    expect(excused.map(({ invariant }) => invariant)).not.toContain("closed-gates");
  });

  test("in which a claim took a job through a paused gate is at fault", async () => {
    const { scene, recorder } = await record();
    const { store, enqueue, claim, gate } = scene;
    await store.pauseGate(gate, { forMs: null });
    await enqueue();
    expect(await claim()).toEqual([]);
    await store.resumeGate(gate);
    await claim();
    const { events, final } = await recorder.finish();
    expect(checkHistory({ events, final })).toEqual([]);
    const isResume = (event: HistoryEvent) =>
      event.type === "operate-gate" && event.answer?.pausedUntil === null;
    const broken = checkHistory({ events: events.filter((event) => !isResume(event)), final });
    expect(broken.map(({ invariant }) => invariant)).toEqual(["closed-gates"]);
  });
});

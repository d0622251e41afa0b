import {
  type ClaimAnswer,
  type CommitAnswer,
  type EndedRun,
  type EpochMs,
  type Gate,
  type GateKey,
  isTerminalStatus,
  type Job,
  type JobId,
  type MaintainAnswer,
  type MaintainRequest,
} from "@sluice/core";
import { createBudgetMeter } from "./laws/budget-law.js";
import { checkClaim, checkGateChange, checkRefusal, type Glimpse } from "./laws/gate-laws.js";
import { checkCounters, checkJobChange, findDoubleKeys } from "./laws/job-laws.js";
import type { SimulatedStore, SimulatedTx, World } from "./world.js";

/** Looks at the store after every call that may have changed it, and holds what it sees to the laws. */
export interface Watch {
  /** What the actors are to use. */
  readonly store: SimulatedStore;
  /** As last seen. */
  readonly jobs: ReadonlyMap<JobId, Job>;
  readonly gates: ReadonlyMap<GateKey, Gate>;
  readonly unfinished: number;
  look(operation: string): Promise<void>;
}

/** `bare`: the store to look into, `recorded`: the same one, to be used. */
export function watchStore(
  bare: SimulatedStore,
  recorded: SimulatedStore,
  { book, cancels, violate }: Pick<World, "book" | "cancels" | "violate">,
): Watch {
  const declared = new Map<string, readonly GateKey[]>();
  const budget = createBudgetMeter();
  let seen: Glimpse = { now: 0 as EpochMs, jobs: new Map(), gates: new Map() };
  let unfinished = 0;

  async function look(operation: string): Promise<Glimpse> {
    const [now, page, gates] = await Promise.all([
      bare.now(),
      bare.listJobs({ limit: 1_000 }),
      bare.listGates(),
    ]);
    const before = seen;
    const changed = page.jobs.filter((job) => before.jobs.get(job.id) !== job);
    const isSame = changed.length === 0 && page.jobs.length === before.jobs.size;
    seen = {
      now,
      jobs: isSame ? before.jobs : new Map(page.jobs.map((job) => [job.id, job])),
      gates: new Map(gates.map((gate) => [gate.key, gate])),
    };
    if (!isSame) unfinished = page.jobs.filter(({ status }) => !isTerminalStatus(status)).length;
    for (const gate of gates) checkGate(before.gates.get(gate.key), gate, operation);
    if (!isSame) await checkJobs(before, changed, operation);
    return before;
  }

  function checkGate(before: Gate | undefined, after: Gate, operation: string): void {
    if (before === undefined || before === after) return;
    for (const fault of checkGateChange(before, after, { now: seen.now, operation })) violate("gate", fault);
  }

  async function checkJobs(before: Glimpse, changed: readonly Job[], operation: string): Promise<void> {
    for (const id of before.jobs.keys()) if (!seen.jobs.has(id)) violate("job", `${id} is gone`);
    for (const fault of findDoubleKeys(seen.jobs.values())) violate("key", fault);
    for (const job of changed) {
      const ledger = await bare.listAttempts(job.id);
      const faults = [
        ...checkJobChange(before.jobs.get(job.id) ?? null, job, operation),
        ...checkCounters(job, ledger),
        ...(await checkTarget(job)),
      ];
      for (const fault of faults) violate("job", `${job.id}: ${fault}`);
    }
  }

  /** The target has the status of the newest job that works on it. */
  async function checkTarget({ target, taskType }: Job): Promise<readonly string[]> {
    if (target === null) return [];
    const newest = [...seen.jobs.values()].find(
      (job) => job.taskType === taskType && job.target?.type === target.type && job.target.id === target.id,
    );
    const status = await bare.getTargetStatus(target, taskType);
    return status?.jobId === newest?.id && status?.status === newest?.status
      ? []
      : [
          `the status of ${target.type} ${target.id} is ${status?.status}, its newest job's ${newest?.status}`,
        ];
  }

  function watched<Args extends readonly unknown[], Answer>(
    operation: string,
    method: (...args: Args) => Promise<Answer>,
  ): (...args: Args) => Promise<Answer> {
    return async (...args) => {
      try {
        return await method(...args);
      } finally {
        await look(operation);
      }
    };
  }

  async function commit(runs: readonly EndedRun<SimulatedTx>[]): Promise<readonly CommitAnswer[]> {
    const before = await bare.listGates();
    const answers = await recorded.commit(runs);
    await look("commit");
    // With a `save` among them, time has passed meanwhile, and others may have changed the gates.
    if (runs.some(({ save }) => save !== null)) return answers;
    for (const [index, run] of runs.entries())
      if (answers[index]?.type === "committed" && (await isCommittedNow(run)))
        for (const fault of checkRefusal(run, { before, after: seen.gates, now: seen.now }))
          violate("gate", fault);
    return answers;
  }

  /** Not when it is sent again: then the gate has closed long since. */
  async function isCommittedNow({ job }: Pick<EndedRun, "job">): Promise<boolean> {
    const ledger = await bare.listAttempts(job.id);
    return ledger.some(({ leaseNo, endedAt }) => leaseNo === job.leaseNo && endedAt === seen.now);
  }

  async function claim(request: Parameters<SimulatedStore["claim"]>[0]): Promise<ClaimAnswer> {
    // A `save` may have ended since, and opened one.
    const gates = await bare.listGates();
    const answer = await recorded.claim(request);
    // Most find nothing. What should not have changed all the same is seen after the next call.
    if (answer.jobs.length === 0) return answer;
    await look("claim");
    const faults = [
      ...checkClaim(answer, { gates, after: seen, declared }),
      ...budget.checkClaim(answer, { gates, now: seen.now, declared }),
    ];
    for (const fault of faults) violate("gate", fault);
    return answer;
  }

  const renew = watched("renew", recorded.renew);

  async function maintain(request: MaintainRequest): Promise<MaintainAnswer> {
    const answer = await recorded.maintain(request);
    if (Object.values(answer).some((count) => count > 0)) await look("maintain");
    return answer;
  }

  return {
    get jobs() {
      return seen.jobs;
    },
    get gates() {
      return seen.gates;
    },
    get unfinished() {
      return unfinished;
    },
    look: async (operation) => void (await look(operation)),
    store: {
      ...recorded,
      claim,
      commit,
      enqueue: watched("enqueue", async (requests, options) => {
        const answers = await recorded.enqueue(requests, options);
        if (options?.tx === undefined) book.noteEnqueued(requests, answers);
        return answers;
      }),
      renew: (request) => (request.fences.length === 0 ? recorded.renew(request) : renew(request)),
      maintain,
      cancel: watched("cancel", async (jobId) => {
        const answer = await recorded.cancel(jobId);
        if (answer.type === "done") {
          book.noteCancelled(jobId);
          cancels.noteCancel(answer.job);
        }
        return answer;
      }),
      retry: watched("retry", recorded.retry),
      pauseGate: watched("pause-gate", recorded.pauseGate),
      resumeGate: watched("resume-gate", recorded.resumeGate),
      openGate: watched("open-gate", recorded.openGate),
      putTaskGates: watched("put-task-gates", async (taskType, declarations) => {
        await recorded.putTaskGates(taskType, declarations);
        declared.set(
          taskType,
          declarations.map(({ key }) => key),
        );
      }),
    },
  };
}

import {
  type EndedRun,
  fenceOf,
  type JobStore,
  type ProcessingJob,
  type RunOutcomeType,
  taskGateKey,
} from "@sluice/core";
import { delegateStore } from "./delegate-store.js";
import type {
  CallOf,
  ClaimedJob,
  History,
  HistoryEvent,
  RecordedCall,
  RecordedRun,
  SavedResult,
} from "./history.js";
import { readFinalState } from "./read-final-state.js";

export interface Recorder<Tx> {
  /** Does what the store does. */
  readonly store: JobStore<Tx>;
  /** What was recorded so far, calls under way without an answer. */
  events(): readonly HistoryEvent[];
  databaseCrashed(): void;
  /** The history, with what is in the store now. `saved`: what the app's saves left behind. */
  finish(saved?: readonly SavedResult[]): Promise<History>;
}

/**
 * Records what passes through the store that it answers. `tick` grows with every call, over all recorders whose histories are
 * joined; by default it counts. After commits that may close a gate it looks at the gates, so that there is something to
 * hold the next claims to.
 */
export function recordHistory<Tx>(
  store: JobStore<Tx>,
  { tick = makeCounter() }: { readonly tick?: () => number } = {},
): Recorder<Tx> {
  const events: HistoryEvent[] = [];

  async function record<Type extends RecordedCall["type"], Answer>(
    call: Pick<CallOf<Type>, "type" | "asked">,
    run: () => Promise<Answer>,
    toRecord: (answer: Answer) => CallOf<Type>["answer"],
  ): Promise<Answer> {
    const place = events.length;
    const startedAt = tick();
    const write = (ended: Pick<CallOf<Type>, "answeredAt" | "answer">) => {
      // The three parts make a call of this type, which is more than the compiler can see.
      events[place] = { ...call, startedAt, ...ended } as unknown as RecordedCall;
    };
    write({ answeredAt: null, answer: null });
    const answer = await run();
    write({ answeredAt: tick(), answer: toRecord(answer) });
    return answer;
  }

  /** Nobody asked for it: that it fails is nobody's trouble. */
  async function lookAtGates(): Promise<void> {
    await record({ type: "list-gates", asked: null }, () => store.listGates(), same).catch(() => []);
  }

  const recorded: JobStore<Tx> = {
    ...delegateStore(store),
    enqueue: (jobs, options) => {
      const asked = { ids: jobs.map(({ id }) => id), inTransaction: options?.tx !== undefined };
      return record({ type: "enqueue", asked }, () => store.enqueue(jobs, options), same);
    },
    claim: (request) => {
      const asked = { workerId: request.workerId, claimNonce: request.claimNonce };
      return record(
        { type: "claim", asked },
        () => store.claim(request),
        ({ jobs }) => jobs.map(toClaimed),
      );
    },
    commit: async (runs) => {
      const asked = runs.map(toRecordedRun);
      const answers = await record({ type: "commit", asked }, () => store.commit(runs), same);
      const told = answers.flatMap((answer) => (answer.type === "committed" ? [answer.outcome] : []));
      if ([...asked.map(({ outcome }) => outcome), ...told].some(closesGate)) await lookAtGates();
      return answers;
    },
    putTaskGates: (taskType, declarations) => {
      const gates = [taskGateKey(taskType), ...declarations.map(({ key }) => key)];
      const put = () => store.putTaskGates(taskType, declarations);
      return record({ type: "put-task-gates", asked: { taskType, gates } }, put, () => null);
    },
    maintain: (request) => record({ type: "maintain", asked: null }, () => store.maintain(request), same),
    cancel: (jobId) => record({ type: "cancel", asked: { jobId } }, () => store.cancel(jobId), same),
    retry: (jobId) => record({ type: "retry", asked: { jobId } }, () => store.retry(jobId), same),
    pauseGate: (key, request) =>
      record({ type: "operate-gate", asked: { key } }, () => store.pauseGate(key, request), same),
    resumeGate: (key) => record({ type: "operate-gate", asked: { key } }, () => store.resumeGate(key), same),
    openGate: (key) => record({ type: "operate-gate", asked: { key } }, () => store.openGate(key), same),
    listGates: () => record({ type: "list-gates", asked: null }, () => store.listGates(), same),
  };

  return {
    store: recorded,
    events: () => [...events],
    databaseCrashed: () => void events.push({ type: "database-crashed", startedAt: tick() }),
    finish: async (saved) => ({
      events: [...events],
      final: { ...(await readFinalState(store)), saved: saved ?? null },
    }),
  };
}

function makeCounter(): () => number {
  let last = 0;
  return () => ++last;
}

function same<Answer>(answer: Answer): Answer {
  return answer;
}

function closesGate(outcome: RunOutcomeType): boolean {
  return outcome === "rate_limited" || outcome === "unavailable" || outcome === "blocked";
}

function toClaimed(job: ProcessingJob): ClaimedJob {
  const { taskType, attempts, maxAttempts, lease } = job;
  return { ...fenceOf(job), taskType, attempts, maxAttempts, claimedAt: lease.claimedAt };
}

function toRecordedRun<Tx>({ job, outcome, save }: EndedRun<Tx>): RecordedRun {
  return { ...fenceOf(job), outcome: outcome.type, hasSave: save !== null };
}

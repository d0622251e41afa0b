import {
  type ClaimAnswer,
  type EndedRun,
  isDeferral,
  type Job,
  type JobId,
  type JobStore,
  type NewJob,
  type ProcessingJob,
} from "@sluice/core";
import { delegateStore } from "@sluice/testkit";
import type { Plant } from "./create-world.js";
import type { SimulatedTx } from "./world.js";

/** Mistakes that a store could make. A checker that does not find them is worth nothing. */
export const plantedBugs = {
  "forgets-the-fence": (store) => ({
    ...delegateStore(store),
    commit: async (runs) => await store.commit(await Promise.all(runs.map((run) => asHolder(store, run)))),
  }),

  "gives-no-attempt-back": (store) => {
    const kept = new Map<JobId, number>();
    const count = <Some extends Job>(job: Some): Some => ({
      ...job,
      attempts: job.attempts + (kept.get(job.id) ?? 0),
    });
    return {
      ...delegateStore(store),
      claim: async (request): Promise<ClaimAnswer> => {
        const answer = await store.claim(request);
        return { ...answer, jobs: answer.jobs.map(count) };
      },
      commit: async (runs) => {
        const answers = await store.commit(runs);
        for (const [index, { job, outcome }] of runs.entries())
          if (answers[index]?.type === "committed" && isDeferral[outcome.type])
            kept.set(job.id, (kept.get(job.id) ?? 0) + 1);
        return answers;
      },
      listJobs: async (query) => {
        const page = await store.listJobs(query);
        return { ...page, jobs: page.jobs.map(count) };
      },
    };
  },

  "shortens-a-closing": (store) => ({
    ...delegateStore(store),
    commit: (runs) => store.commit(runs.map(withHalfTheWait)),
  }),

  "forgets-a-gate": (store) => ({
    ...delegateStore(store),
    putTaskGates: (taskType, declarations) => store.putTaskGates(taskType, declarations.slice(0, 1)),
  }),

  "loses-a-job": (store) => {
    let asked = 0;
    const isLost = (_: NewJob) => {
      asked += 1;
      return asked % 10 === 0;
    };
    return {
      ...delegateStore(store),
      enqueue: async (requests, options) =>
        requests.length === 1 && requests.some(isLost)
          ? requests.map(({ id }) => ({ id, outcome: "created" }))
          : await store.enqueue(requests, options),
    };
  },

  "forgets-a-rerun": (store) => ({
    ...delegateStore(store),
    enqueue: async (requests, options) => {
      const answers = await store.enqueue(requests.map(asKeep), options);
      return answers.map((answer, index) =>
        answer.outcome === "kept" && requests[index]?.dedupe?.mode === "rerun"
          ? { ...answer, outcome: "rerun" }
          : answer,
      );
    },
  }),

  "writes-outside-the-transaction": (store) => ({
    ...delegateStore(store),
    enqueue: (requests) => store.enqueue(requests),
  }),

  "forgets-renewals": (store) => ({
    ...delegateStore(store),
    renew: async ({ fences }) => fences.map(() => "renewed"),
  }),

  "answers-without-committing": (store) => {
    let asked = 0;
    return {
      ...delegateStore(store),
      commit: async (runs) => {
        asked += 1;
        return asked % 20 === 0
          ? runs.map(({ outcome }) => ({ type: "committed", status: "completed", outcome: outcome.type }))
          : await store.commit(runs);
      },
    };
  },

  "claims-twice": (store) => {
    let last: ClaimAnswer | null = null;
    let asked = 0;
    return {
      ...delegateStore(store),
      claim: async (request) => {
        asked += 1;
        if (asked % 50 === 0 && last !== null) return last;
        const answer = await store.claim(request);
        if (answer.jobs.length > 0) last = answer;
        return answer;
      },
    };
  },

  "wakes-nobody": (store) => ({
    ...delegateStore(store),
    listen: async () => async () => undefined,
  }),

  "hides-cancels": (store) => ({
    ...delegateStore(store),
    renew: async (request) =>
      (await store.renew(request)).map((answer) => (answer === "lost" ? answer : "renewed")),
  }),

  "never-says-when": (store) => ({
    ...delegateStore(store),
    claim: async (request) => ({ ...(await store.claim(request)), retryInMs: null }),
  }),

  "never-takes-back": (store) => ({
    ...delegateStore(store),
    maintain: async () => ({ promoted: 0, reclaimed: 0, expired: 0, unroutable: 0, deleted: 0 }),
  }),
} as const satisfies Record<string, Plant>;

export type PlantedBugName = keyof typeof plantedBugs;
export const plantedBugNames = Object.keys(plantedBugs) as readonly PlantedBugName[];

function asKeep(request: NewJob): NewJob {
  return request.dedupe?.mode === "rerun"
    ? { ...request, dedupe: { ...request.dedupe, mode: "keep" } }
    : request;
}

/** Whoever commits is taken for the one who holds the job. */
async function asHolder(
  store: JobStore<SimulatedTx>,
  run: EndedRun<SimulatedTx>,
): Promise<EndedRun<SimulatedTx>> {
  const holder = await store.getJob(run.job.id);
  return holder?.status === "processing" ? { ...run, job: holder satisfies ProcessingJob } : run;
}

function withHalfTheWait(run: EndedRun<SimulatedTx>): EndedRun<SimulatedTx> {
  const { outcome } = run;
  return "waitMs" in outcome && outcome.waitMs !== null
    ? { ...run, outcome: { ...outcome, waitMs: outcome.waitMs / 2 } }
    : run;
}

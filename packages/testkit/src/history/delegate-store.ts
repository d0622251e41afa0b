import type { JobStore } from "@sluice/core";

/** A store that passes every call on: for wrappers that change some of them. */
export function delegateStore<Tx>(store: JobStore<Tx>): JobStore<Tx> {
  return {
    supports: store.supports,
    close: () => store.close(),
    enqueue: (jobs, options) => store.enqueue(jobs, options),
    claim: (request) => store.claim(request),
    renew: (request) => store.renew(request),
    commit: (runs) => store.commit(runs),
    putTaskGates: (taskType, gates) => store.putTaskGates(taskType, gates),
    putWorker: (worker) => store.putWorker(worker),
    removeWorker: (workerId) => store.removeWorker(workerId),
    maintain: (request) => store.maintain(request),
    listen: (onWake) => store.listen(onWake),
    cancel: (jobId) => store.cancel(jobId),
    retry: (jobId) => store.retry(jobId),
    pauseGate: (key, request) => store.pauseGate(key, request),
    resumeGate: (key) => store.resumeGate(key),
    openGate: (key) => store.openGate(key),
    prune: (request) => store.prune(request),
    now: () => store.now(),
    getJob: (jobId) => store.getJob(jobId),
    getNextDueJob: (taskType) => store.getNextDueJob(taskType),
    listJobs: (query) => store.listJobs(query),
    countJobs: (query) => store.countJobs(query),
    countPrunable: (keep) => store.countPrunable(keep),
    listAttempts: (jobId) => store.listAttempts(jobId),
    listGates: () => store.listGates(),
    listTaskGates: () => store.listTaskGates(),
    listWorkers: () => store.listWorkers(),
    getTargetStatus: (target, taskType) => store.getTargetStatus(target, taskType),
  };
}

import { type Attempt, isDeferral, type Job, type JobId, usesAttempt } from "@sluice/core";
import { answeredRuns } from "./check-leases.js";
import { callsOf, type History } from "./history.js";
import { type Violation, violation } from "./violation.js";

/** One ledger entry per lease, and the one that the run's worker was told. */
export function checkLedger(history: History): readonly Violation[] {
  const { jobs, attempts } = history.final;
  const present = new Set(jobs.map(({ id }) => id));
  const byLease = new Map<string, Attempt>();
  const violations: Violation[] = [];
  for (const attempt of attempts) {
    const lease = `${attempt.jobId} ${attempt.leaseNo}`;
    if (byLease.has(lease))
      violations.push(
        violation("one-end-per-lease", attempt.jobId, `lease ${attempt.leaseNo} ended twice in the ledger`),
      );
    byLease.set(lease, attempt);
  }
  for (const { run, answer } of answeredRuns(history)) {
    if (answer.type !== "committed" || !present.has(run.jobId)) continue;
    const outcome = byLease.get(`${run.jobId} ${run.leaseNo}`)?.outcome ?? "nothing";
    if (outcome !== answer.outcome)
      violations.push(
        violation(
          "one-end-per-lease",
          run.jobId,
          `lease ${run.leaseNo} was answered ${answer.outcome}, the ledger has ${outcome}`,
        ),
      );
  }
  return violations;
}

/** What was saved, was saved once, by the run that succeeded; and a run that succeeded has saved. */
export function checkSaved(history: History): readonly Violation[] {
  const { saved, attempts, jobs } = history.final;
  if (saved === null) return [];
  const succeeded = new Set(
    attempts
      .filter(({ outcome }) => outcome === "succeeded")
      .map(({ jobId, leaseNo }) => `${jobId} ${leaseNo}`),
  );
  const present = new Set(jobs.map(({ id }) => id));
  const kept = new Set<string>();
  const violations: Violation[] = [];
  for (const { jobId, leaseNo } of saved) {
    const lease = `${jobId} ${leaseNo}`;
    if (kept.has(lease)) violations.push(violation("saved-once", jobId, `lease ${leaseNo} saved twice`));
    else if (present.has(jobId) && !succeeded.has(lease))
      violations.push(violation("saved-once", jobId, `lease ${leaseNo} saved, and did not succeed`));
    kept.add(lease);
  }
  for (const { run, answer } of answeredRuns(history)) {
    if (answer.type !== "committed" || answer.outcome !== "succeeded" || !run.hasSave) continue;
    if (!kept.has(`${run.jobId} ${run.leaseNo}`))
      violations.push(
        violation("saved-once", run.jobId, `lease ${run.leaseNo} succeeded, and its save is not there`),
      );
  }
  return violations;
}

/** The counters of a job are those of its ledger since the last retry, and within bounds at all times. */
export function checkCounters(history: History): readonly Violation[] {
  const ledgers = new Map<JobId, Attempt[]>();
  for (const attempt of history.final.attempts)
    ledgers.set(attempt.jobId, [...(ledgers.get(attempt.jobId) ?? []), attempt]);
  const claimed = callsOf(history, "claim").flatMap(({ answer }) => answer ?? []);
  return [
    ...claimed.flatMap(({ jobId, attempts, maxAttempts }) =>
      attempts >= 1 && attempts <= maxAttempts
        ? []
        : [violation("counters", jobId, `was claimed with attempt ${attempts} of ${maxAttempts}`)],
    ),
    ...history.final.jobs.flatMap((job) => checkCountersOf(job, ledgers.get(job.id) ?? [])),
  ];
}

function checkCountersOf(job: Job, ledger: readonly Attempt[]): readonly Violation[] {
  const since = ledger.filter(({ leaseNo }) => leaseNo > job.retriedAtLeaseNo).map(({ outcome }) => outcome);
  const running = job.status === "processing" ? 1 : 0;
  const expected = {
    attempts: since.filter((outcome) => usesAttempt[outcome]).length + running,
    deferrals: since.filter((outcome) => isDeferral[outcome]).length,
    invalidOutputs: since.filter((outcome) => outcome === "output_invalid").length,
  };
  const wrong = (["attempts", "deferrals", "invalidOutputs"] as const)
    .filter((counter) => job[counter] !== expected[counter])
    .map((counter) => `${counter} is ${job[counter]}, the ledger says ${expected[counter]}`);
  if (job.attempts < 0 || job.attempts > job.maxAttempts)
    wrong.push(`attempts is ${job.attempts} of ${job.maxAttempts}`);
  return wrong.map((message) => violation("counters", job.id, message));
}

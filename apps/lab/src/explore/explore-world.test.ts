import { type Job, jobStatuses } from "@sluice/core";
import { describe, expect, test } from "vitest";
import { exploreWorld } from "./explore-world.js";
import { plantedBugNames, plantedBugs } from "./planted-bugs.js";
import { traceOf } from "./render-trace.js";
import { realRules } from "./rules.js";
import { holdsLease, indexOfJob, smallWorld } from "./world.js";

// One surprise less than `pnpm explore`, which takes ten times as long.
const size = { ...smallWorld, surprises: 2 };

describe("the real rules", () => {
  const statusChanges = new Set<string>();
  const seen = new Set<string>();
  const { trouble, states, transitions } = exploreWorld(size, realRules, (before, step, after) => {
    seen.add(step.type);
    for (const [index, { job }] of before.jobs.entries()) {
      const next = after.jobs[index]?.job.status;
      if (next !== undefined && next !== job.status) statusChanges.add(`${job.status} > ${next}`);
    }
    if (step.type === "commit") {
      const worker = before.workers[step.worker];
      if (worker?.phase !== "running") return;
      const kind = worker.isCommitted ? "sent again" : holdsLease(before, worker) ? "in time" : "too late";
      const { job } = before.jobs[indexOfJob(before, worker.held)] ?? {};
      seen.add(`commit ${kind}`);
      if (job?.status === "processing" && job.lease.claimNonce !== worker.held.lease.claimNonce)
        seen.add(job.leaseNo === worker.held.leaseNo ? "lease number given twice" : "held by another");
    }
    for (const { job } of after.jobs) seen.add(`failure: ${failureOf(job)}`);
    if (after.gate.closing !== null) seen.add(`gate: ${after.gate.closing.reason}`);
  });

  test("break no law, and leave no job without an end", () => {
    expect(trouble).toBeNull();
    expect(states).toBeGreaterThan(5_000);
    expect(transitions).toBeGreaterThan(states);
  });

  test("are tried where they matter: late commits, repeated ones, twice given leases, half-open gates", () => {
    for (const what of [
      "commit in time",
      "commit too late",
      "commit sent again",
      "held by another",
      "lease number given twice",
      "give-up-claim",
      "reclaim",
      "wake",
      "retry",
      "failure: deferred_too_long",
      "failure: lease_lost",
      "gate: rate_limited",
      "gate: provider_down",
    ])
      expect(seen).toContain(what);
  });

  test("take jobs through every status that this world has", () => {
    const statuses = new Set([...statusChanges].flatMap((change) => change.split(" > ")));
    const absent = jobStatuses.filter((status) => !statuses.has(status));
    expect(absent).toEqual(["failed_payload_parsing"]); // its payloads are always right
  });
});

function failureOf(job: Job): string {
  return "finishedAt" in job && job.status !== "completed" ? (job.lastFailure?.code ?? "none") : "none";
}

describe("a planted mistake is found, by the shortest way", () => {
  const laws = {
    "fence-on-attempts": "two commits of one lease were accepted",
    "fence-without-nonce": "a worker that does not hold the lease any more ended the run of another",
    "shorter-pause": "a job was claimed through a gate that was closed when the claim began",
    "attempt-kept": "job 1 has 1 attempts, its ledger says 0",
  };

  test.each(plantedBugNames)("%s", (name) => {
    const { rules, size: world } = plantedBugs[name];
    const { trouble } = exploreWorld({ ...world, surprises: 2 }, rules);
    if (trouble === null) throw new Error("nothing was found");
    expect(trouble.law).toBe(laws[name]);
    const trace = traceOf(trouble, world, rules).map(({ afterMs, text }) => `${afterMs / 1_000} s: ${text}`);
    expect(trace).toMatchSnapshot();
  });
});

test("a job that can never be claimed again is found, too", () => {
  const { trouble } = exploreWorld(
    { ...smallWorld, jobs: 1, surprises: 1 },
    {
      ...realRules,
      transitionJob: (job, event, policy) =>
        event.type === "claimed" && job.status === "rate_limited"
          ? { outcome: "rejected", reason: "wrong-status" }
          : realRules.transitionJob(job, event, policy),
    },
  );
  expect(trouble?.law).toBe("from here, not all jobs can end any more");
  expect(trouble?.steps.map(({ type }) => type)).toEqual(["begin-claim", "take-job", "answer"]);
});

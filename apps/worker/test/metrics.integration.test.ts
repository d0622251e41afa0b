import { jobStatuses, runOutcomeTypes } from "@sluice/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { builtInTasks } from "../src/built-in-tasks.js";
import { ingestTargets } from "../src/ingest-targets.js";
import { waitUntilIdle } from "../src/service/wait-until-idle.js";
import { makeFolder, smallProject, smallProjectTargets } from "./run-sluice.js";
import { type ServedApp, serveApp } from "./serve-app.js";

let served: ServedApp;
let project: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  served = await serveApp();
  project = await makeFolder(smallProject);
});
afterAll(async () => {
  await served.close();
  await project.remove();
});

const taskType = "enrich_entity_summary_keywords";

async function scrape(): Promise<string> {
  const { status, text, headers } = await served.get("/metrics");
  expect(status).toBe(200);
  expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return text;
}

/** The sum of the samples whose line begins so. */
function sum(metrics: string, start: string): number {
  const lines = metrics.split("\n").filter((line) => line.startsWith(start));
  return lines.reduce((total, line) => total + Number(line.split(" ").at(-1)), 0);
}

test("before any work, what alerts look for is there as 0", async () => {
  await vi.waitFor(async () => expect(sum(await scrape(), "sluice_database_up")).toBe(1), {
    timeout: 60_000,
    interval: 200,
  });
  const metrics = await scrape();
  for (const type of builtInTasks.keys()) {
    for (const status of jobStatuses)
      expect(metrics).toContain(`sluice_jobs{task_type="${type}",status="${status}"} 0`);
    for (const outcome of runOutcomeTypes)
      expect(metrics).toContain(`sluice_attempts_total{task_type="${type}",outcome="${outcome}"} 0`);
    expect(metrics).toContain(`sluice_live_workers{task_type="${type}"} 0`);
  }
  expect(metrics).toContain('sluice_model_unpriced_calls_total{model="embedded:extractive"} 0');
  expect(metrics).toContain('sluice_store_failures_total{operation="claim"} 0');
});

describe("after some work", () => {
  let metrics: string;
  beforeAll(async () => {
    const { app, worker } = served;
    await ingestTargets(project.path, app);
    await app.jobs.pause("task:never_served");
    await worker.start();
    await waitUntilIdle({
      ...app,
      worker,
      taskTypes: [...builtInTasks.keys()],
      signal: new AbortController().signal,
    });
    await vi.waitFor(async () => expect(sum(await scrape(), "sluice_jobs{")).toBe(smallProjectTargets), {
      timeout: 60_000,
      interval: 200,
    });
    metrics = await scrape();
  });

  test("jobs are counted by type and status, runs by outcome", () => {
    expect(sum(metrics, `sluice_jobs{task_type="${taskType}",status="completed"}`)).toBe(6);
    expect(sum(metrics, "sluice_attempts_total{")).toBe(smallProjectTargets);
    expect(sum(metrics, 'sluice_attempts_total{task_type="generate_topics",outcome="succeeded"}')).toBe(1);
  });

  test("waits, runs, claims, commits and calls are measured", () => {
    expect(sum(metrics, "sluice_job_wait_seconds_count")).toBe(smallProjectTargets);
    expect(sum(metrics, "sluice_run_duration_seconds_count")).toBe(smallProjectTargets);
    expect(sum(metrics, "sluice_claim_duration_seconds_count")).toBeGreaterThan(0);
    expect(sum(metrics, "sluice_commit_duration_seconds_count")).toBe(smallProjectTargets);
    expect(
      sum(metrics, 'sluice_model_call_duration_seconds_count{model="embedded:extractive",state="received"}'),
    ).toBe(smallProjectTargets);
  });

  test("gates are told, open and held", () => {
    expect(metrics).toContain(`sluice_gate_open{gate="task:${taskType}"} 1`);
    expect(metrics).toContain('sluice_gate_open{gate="task:never_served"} 0');
    expect(metrics).toContain('sluice_gate_held{gate="task:never_served",state="paused",reason="paused"} 1');
    expect(metrics).not.toContain(`sluice_gate_held{gate="task:${taskType}"`);
  });

  test("so are live workers, the database, and the lag of the event loop", () => {
    expect(metrics).toContain(`sluice_live_workers{task_type="${taskType}"} 1`);
    expect(metrics).toContain("sluice_database_up 1");
    expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
  });
});

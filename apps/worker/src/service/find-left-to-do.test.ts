import { type JobCount, type JobStatus, makeJobId, toEpochMs, toGateKey } from "@sluice/core";
import type { Cause } from "@sluice/runner";
import { expect, test } from "vitest";
import { findLeftToDo } from "./find-left-to-do.js";

const taskType = "enrich";
const gate = toGateKey("model:openai:abc:gpt");
const soon = toEpochMs(1_000);

const counted = (counts: Partial<Record<JobStatus, number>>, of = taskType): JobCount[] =>
  Object.entries(counts).map(([status, count]) => ({ taskType: of, status: status as JobStatus, count }));

const paused: Cause = { type: "paused", gate, until: null };
const dueLater: Cause = {
  type: "due-later",
  waiting: 1,
  backingOff: 0,
  nextDueAt: soon,
  nextJobId: makeJobId(0, { fraction: () => 0.5 }),
};
const closed = (reason: Extract<Cause, { type: "closed" }>["reason"]): Cause => ({
  type: "closed",
  gate,
  reason,
  until: soon,
  jobId: null,
  detail: null,
});

test.each<[string, Partial<Record<JobStatus, number>>, readonly Cause[], string]>([
  ["what has ended is nothing", { completed: 5, failed_ai: 1, cancelled: 1 }, [], "nothing"],
  ["what runs is something, whatever keeps the others", { processing: 1, pending: 3 }, [paused], "something"],
  ["what waits and is kept by nothing is something", { pending: 1 }, [], "something"],
  ["a rate limit ends by itself", { rate_limited: 2 }, [closed("rate_limited")], "something"],
  ["a provider that is down comes back", { retry_ai: 2 }, [closed("provider_down")], "something"],
  ["a backoff ends by itself", { retry_ai: 1 }, [dueLater], "something"],
  ["what was enqueued for a date is for later", { pending: 1 }, [dueLater], "later"],
  ["what an operator paused is for later", { pending: 1, retry_ai: 1 }, [paused], "later"],
  ["a pause counts before a refused key", { pending: 1 }, [closed("blocked_auth"), paused], "later"],
  ["a refused key is for somebody to mend", { rate_limited: 1 }, [closed("blocked_auth")], "stuck"],
  ["so is a spent credit", { pending: 1 }, [closed("blocked_quota_exhausted")], "stuck"],
  ["so is a model that is not known", { retry_ai: 1 }, [closed("blocked_config")], "stuck"],
  ["the quota of the day is not waited for", { rate_limited: 1 }, [closed("daily_quota")], "stuck"],
])("%s", (_, counts, causes, left) => {
  expect(findLeftToDo(taskType, counted(counts), causes)).toBe(left);
});

test("jobs of other task types are not looked at", () => {
  const counts = [...counted({ processing: 3, pending: 2 }, "others"), ...counted({ completed: 1 })];
  expect(findLeftToDo(taskType, counts, [])).toBe("nothing");
});

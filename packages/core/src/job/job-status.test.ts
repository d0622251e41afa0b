import { expect, test } from "vitest";
import { isTerminalStatus, isWaitingStatus, jobStatuses } from "./job-status.js";

test("a status is of one kind: waiting, active or terminal", () => {
  const kinds = jobStatuses.map((status) => [
    status,
    [isWaitingStatus(status) ? "waiting" : "", isTerminalStatus(status) ? "terminal" : ""].join("") ||
      "active",
  ]);
  expect(Object.fromEntries(kinds)).toEqual({
    pending: "waiting",
    retry_ai: "waiting",
    rate_limited: "waiting",
    processing: "active",
    completed: "terminal",
    failed_ai: "terminal",
    failed_payload_parsing: "terminal",
    failed_job_logic: "terminal",
    cancelled: "terminal",
  });
  expect(new Set(jobStatuses).size).toBe(jobStatuses.length);
});

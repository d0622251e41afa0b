import { type AnyTask, describeIssues } from "@sluice/core";
import { builtInTasks } from "../built-in-tasks.js";
import { type NewJobRequest, newJobRequest } from "./new-job-request.js";

export interface JobLine {
  readonly number: number;
  readonly task: AnyTask;
  readonly request: Omit<NewJobRequest, "taskType">;
}

/** The job that a line of JSON asks for, or what is wrong with it. */
export function parseJobLine(number: number, text: string): JobLine | string {
  const value = parseJson(text);
  if (value === undefined) return "is not JSON";
  const parsed = newJobRequest.safeParse(value);
  if (!parsed.success) return describeIssues(parsed.error.issues);
  const { taskType, ...request } = parsed.data;
  const task = builtInTasks.get(taskType);
  if (task === undefined) return `taskType: must be one of ${[...builtInTasks.keys()].join(", ")}`;
  return { number, task, request };
}

/** `undefined` is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import {
  type AnyTask,
  type DedupeMode,
  defaultJsonLimits,
  defaultMaxAttempts,
  type JobId,
  type JsonLimits,
  type NewJob,
  type StoreTime,
  type TargetRef,
} from "@sluice/core";
import {
  checkDurationMs,
  checkInstant,
  checkNames,
  checkText,
  checkWholeNumber,
  wrongType,
} from "./check-input.js";
import { checkPayload } from "./check-payload.js";
import { InvalidRequestError } from "./invalid-request-error.js";
import type { JobOptions } from "./job-request.js";

/** What a request looks like when nobody has checked it yet: JavaScript callers can send anything. */
export interface UncheckedRequest extends JobOptions {
  readonly payload?: unknown;
  readonly target?: unknown;
}

const jobOptionNames = [
  "dedupeKey",
  "dedupe",
  "priority",
  "delayMs",
  "dueAt",
  "deadlineMs",
  "deadlineAt",
  "maxAttempts",
] as const satisfies readonly (keyof JobOptions)[];

/** A request may say when and how, too: that is how the jobs of `enqueueMany` do it. */
const requestNames: ReadonlySet<string> = new Set(["payload", "target", ...jobOptionNames]);
export const optionNames: ReadonlySet<string> = new Set([...jobOptionNames, "tx"]);

export interface NewJobSettings {
  readonly makeId: () => JobId;
  /** Of the payload. */
  readonly limits?: JsonLimits | undefined;
  readonly maxAttempts?: number | undefined;
}

/** The job that a request asks for, complete and checked; `options` hold where it says nothing itself. Throws an InvalidRequestError. */
export async function makeNewJob(
  task: AnyTask,
  request: UncheckedRequest,
  { makeId, limits = defaultJsonLimits, maxAttempts = defaultMaxAttempts }: NewJobSettings,
  options: JobOptions = {},
): Promise<NewJob> {
  // Before anything is waited for: ids sort as the requests came.
  const id = makeId();
  // Before they are put together: what is no object would vanish in it.
  checkNames("request", request, requestNames);
  const asked = { ...options, ...request };
  const checked = {
    target: checkTarget(task, asked.target),
    priority: checkWholeNumber("priority", asked.priority ?? 0, { min: -(2 ** 31), max: 2 ** 31 - 1 }),
    due: checkDue(asked),
    deadline: checkDeadline(asked),
    maxAttempts: checkWholeNumber("maxAttempts", asked.maxAttempts ?? maxAttempts, { min: 1, max: 1_000 }),
    dedupe: checkDedupe(asked),
  };
  const payload = await checkPayload(task, asked.payload, limits);
  return { id, taskType: task.type, payload, ...checked };
}

function checkTarget(task: AnyTask, target: unknown): TargetRef | null {
  const given = target ?? null;
  if (task.targets === null) {
    if (given === null) return null;
    throw wrongTarget("target", `task ${task.type} is not about a target`);
  }
  if (given === null)
    throw wrongTarget("target", `task ${task.type} needs one: ${task.targets.join(" or ")}`);
  if (typeof given !== "object") throw wrongType("target", "an object of type and id", given);
  const type = "type" in given ? given.type : undefined;
  if (typeof type !== "string") throw wrongType("target.type", "a string", type);
  if (!task.targets.includes(type))
    throw wrongTarget(
      "target.type",
      `task ${task.type} works on ${task.targets.join(" or ")}, not on ${type}`,
    );
  return { type, id: checkText("target.id", "id" in given ? given.id : undefined) };
}

function checkDue({ delayMs, dueAt }: JobOptions): StoreTime {
  if (delayMs !== undefined && dueAt !== undefined) throw contradiction("delayMs", "dueAt");
  if (dueAt !== undefined) return { at: checkInstant("dueAt", dueAt) };
  return { inMs: checkDurationMs("delayMs", delayMs ?? 0, { min: 0 }) };
}

function checkDeadline({ deadlineMs, deadlineAt }: JobOptions): StoreTime | null {
  if (deadlineMs !== undefined && deadlineAt !== undefined) throw contradiction("deadlineMs", "deadlineAt");
  if (deadlineAt !== undefined) return { at: checkInstant("deadlineAt", deadlineAt) };
  return deadlineMs === undefined ? null : { inMs: checkDurationMs("deadlineMs", deadlineMs, { min: 1 }) };
}

const dedupeModes: readonly unknown[] = ["keep", "replace", "rerun"] satisfies readonly DedupeMode[];

function checkDedupe({ dedupeKey, dedupe = "keep" }: JobOptions): NewJob["dedupe"] {
  if (!dedupeModes.includes(dedupe)) throw wrongType("dedupe", "keep, replace or rerun", dedupe);
  if (dedupeKey !== undefined) return { key: checkText("dedupeKey", dedupeKey), mode: dedupe };
  if (dedupe === "keep") return null;
  const message = `\`${dedupe}\` needs a dedupeKey to compare`;
  throw new InvalidRequestError({ code: "contradiction", field: "dedupe", message });
}

function wrongTarget(field: string, message: string): InvalidRequestError {
  return new InvalidRequestError({ code: "wrong_target", field, message });
}

function contradiction(field: string, other: string): InvalidRequestError {
  return new InvalidRequestError({ code: "contradiction", field, message: `cannot go with ${other}` });
}

import { isJobId, type JobId, type JobStatus, jobStatuses, type TargetRef } from "@sluice/core";
import { InvalidArgumentError } from "commander";

// How the text of flags and arguments becomes a value. What cannot be meant ends with exit status 2 and these words.

/** Of commands that look: their option, and what it means. */
export const demoOption = [
  "--demo",
  "of the database that `sluice demo` has left, also where there is another",
] as const;

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^-?\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return number;
  };
}

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const maxDurationMs = 3_650 * unitsMs.d;

/** `90s`, `10m`, `1h30m`, `2d`; in ms. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
  const ms = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * msOf(unit), 0);
  if (!isWhole || ms < 1 || ms > maxDurationMs)
    throw new InvalidArgumentError("It must be a duration up to ten years, like 90s, 10m, 1h30m or 2d.");
  return Math.ceil(ms);
}

function msOf(unit: string | undefined): number {
  return Object.entries(unitsMs).find(([name]) => name === unit)?.[1] ?? Number.NaN;
}

export function jobId(text: string): JobId {
  const id = text.toLowerCase();
  if (!isJobId(id))
    throw new InvalidArgumentError("It must be a job's id, a UUID; `sluice jobs` lists them.");
  return id;
}

/** For variadic arguments. */
export function jobIds(text: string, before: readonly JobId[] = []): readonly JobId[] {
  return [...before, jobId(text)];
}

/** One or several, with commas or as several flags. */
export function statuses(text: string, before: readonly JobStatus[] = []): readonly JobStatus[] {
  const named = text.split(",").map((name) => {
    const status = jobStatuses.find((known) => known === name.trim());
    if (status === undefined) throw new InvalidArgumentError(`There are ${jobStatuses.join(", ")}.`);
    return status;
  });
  return [...before, ...named];
}

/** `type:id`; the id may have colons of its own. */
export function target(text: string): TargetRef {
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1)
    throw new InvalidArgumentError("It must be type:id, like project_document:README.md.");
  return { type: text.slice(0, colon), id: text.slice(colon + 1) };
}

export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : "";
    throw Object.assign(new InvalidArgumentError(`It must be JSON: ${words}.`), { cause });
  }
}

/** With a time zone: what is meant must not hang on where it is said. */
export function instant(text: string): Date {
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError("It must be an instant like 2026-01-31T09:00:00Z.");
  return at;
}

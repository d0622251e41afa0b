import type { StoreTime } from "@sluice/core";

// A time that the store is to fix, as two parameters: so many ms after the database's now, or an instant in ms since 1970.

export function durationOf(time: StoreTime | null): number | null {
  return time !== null && "inMs" in time ? time.inMs : null;
}

export function instantOf(time: StoreTime | null): number | null {
  return time !== null && "at" in time ? time.at : null;
}

/** SQL: the instant that the two parameters mean, null if both are. */
export function fixedTime(instant: string, duration: string, now: string): string {
  return `coalesce(sluice.from_ms(${instant}), ${now} + ${duration} * interval '1 ms')`;
}

/** SQL: the state of a job that is made now. */
export function firstState(dueAt: string, now: string): string {
  return `case when ${dueAt} <= ${now} then 0 else 1 end`;
}

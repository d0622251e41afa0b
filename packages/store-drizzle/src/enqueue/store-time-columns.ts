import type { StoreTime } from "@sluice/core";

/** A time as two columns: so many ms after the database's now, or an instant in ms since 1970. */
export function durationOf(time: StoreTime | null): number | null {
  return time !== null && "inMs" in time ? time.inMs : null;
}

export function instantOf(time: StoreTime | null): number | null {
  return time !== null && "at" in time ? time.at : null;
}

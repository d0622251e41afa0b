declare const epochMs: unique symbol;

/**
 * An instant: milliseconds since 1970-01-01T00:00:00Z, on the clock of the store (for Postgres: the database's).
 * No other clock is ever compared with it. Durations are plain numbers whose names end in `Ms`.
 */
export type EpochMs = number & { readonly [epochMs]: true };

/** The edge where a number from a store, a driver or a test becomes an instant. */
export function toEpochMs(value: number): EpochMs {
  if (!Number.isFinite(value)) throw new RangeError(`an instant must be a finite number of ms, got ${value}`);
  return value as EpochMs;
}

/** The instant `durationMs` after `instant`. */
export function addMs(instant: EpochMs, durationMs: number): EpochMs {
  return toEpochMs(instant + durationMs);
}

/** 9999-12-31T23:59:59Z: "until somebody says otherwise", in a form every store and JSON can hold. */
export const FOREVER: EpochMs = 253_402_300_799_000 as EpochMs;

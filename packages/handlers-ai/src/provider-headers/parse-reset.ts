import type { Headers } from "./headers.js";
import { parseDurationMs } from "./parse-duration.js";

/**
 * How many ms are left until the reset that a header names, in any of the ways providers have: a duration (`7.66s`), plain
 * seconds (Azure, Mistral), an instant (Anthropic: RFC 3339; HTTP dates), seconds or milliseconds since 1970 (OpenRouter).
 * `null`: it cannot be read. `now` is the provider's, see `providerNow`.
 */
export function parseResetMs(text: string, now: number): number | null {
  const clean = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(clean)) return numberToMs(Number(clean), now);
  const duration = parseDurationMs(clean);
  if (duration !== null) return duration;
  // Anything with a year in it; `Date.parse` would take "-1" for a date, too.
  const instant = clean.length < 100 && /\d{4}/.test(clean) ? Date.parse(clean) : Number.NaN;
  return Number.isFinite(instant) ? Math.max(0, instant - now) : null;
}

// Nobody waits for 30 years, and nobody counts from 1970 in numbers as small as 10^9 any more (that was in 2001).
function numberToMs(value: number, now: number): number | null {
  if (!Number.isFinite(value)) return null;
  if (value >= 1e12) return Math.max(0, value - now);
  if (value >= 1e9) return Math.max(0, value * 1_000 - now);
  return Math.round(value * 1_000);
}

/** The clock that the answer's instants are told by: the provider's own `date`, if it sent one. */
export function providerNow(headers: Headers, ourNow: number): number {
  const date = Date.parse(headers["date"] ?? "");
  return Number.isFinite(date) ? date : ourNow;
}

import type { ToldLimits } from "@sluice/core";
import { countOf, type Headers } from "./headers.js";
import { parseResetMs, providerNow } from "./parse-reset.js";
import type { ProviderFamily } from "./provider-family.js";

/** A limit that an answer's headers name, and what is left of it. */
interface Told {
  readonly limit: number;
  readonly remaining: number | null;
  /** Until everything is left again. */
  readonly resetMs: number | null;
}

const minuteMs = 60_000;

/**
 * What the headers of a success say about the limits per minute; `null` when that is nothing. Limits of a day are left out,
 * and so is what is not above 0 (Azure says -1 for "none"). Sources: the providers' pages on rate limits.
 */
export function readToldLimits(
  headers: Headers,
  family: ProviderFamily,
  ourNow: number = Date.now(),
): ToldLimits | null {
  const read = reader(headers, ourNow);
  const told = {
    ...named("requestsPerMinute", "remainingRequests", readRequests(read, family)),
    ...named("tokensPerMinute", "remainingTokens", readTokens(read)),
  };
  return Object.keys(told).length === 0 ? null : told;
}

type Read = (names: {
  readonly limit: string;
  readonly remaining: string;
  readonly reset?: string;
}) => Told | null;

function readRequests(read: Read, family: ProviderFamily): Told | null {
  const openai = read({
    limit: "x-ratelimit-limit-requests",
    remaining: "x-ratelimit-remaining-requests",
    reset: "x-ratelimit-reset-requests",
  });
  // Groq counts requests by the day, OpenAI by the minute (by the day on its free tier), others do as they please.
  if (openai !== null && family !== "groq") {
    const periodMs = guessPeriodMs(openai);
    if (periodMs === null ? family === "openai" : isAboutAMinute(periodMs)) return openai;
  }
  return (
    read({
      limit: "anthropic-ratelimit-requests-limit",
      remaining: "anthropic-ratelimit-requests-remaining",
    }) ?? read({ limit: "x-ratelimit-limit-req-minute", remaining: "x-ratelimit-remaining-req-minute" })
  );
}

function readTokens(read: Read): Told | null {
  const openai = read({
    limit: "x-ratelimit-limit-tokens",
    remaining: "x-ratelimit-remaining-tokens",
    reset: "x-ratelimit-reset-tokens",
  });
  if (openai !== null) {
    const periodMs = guessPeriodMs(openai);
    return periodMs === null || isAboutAMinute(periodMs) ? openai : null;
  }
  return (
    lower(
      // Input is nearly all that our calls use; the limit of input and output together is looser than that of input alone.
      read({
        limit: "anthropic-ratelimit-input-tokens-limit",
        remaining: "anthropic-ratelimit-input-tokens-remaining",
      }),
      read({ limit: "anthropic-ratelimit-tokens-limit", remaining: "anthropic-ratelimit-tokens-remaining" }),
    ) ??
    read({ limit: "x-ratelimit-limit-tokens-minute", remaining: "x-ratelimit-remaining-tokens-minute" }) ??
    read({ limit: "x-ratelimitbysize-limit-minute", remaining: "x-ratelimitbysize-remaining-minute" })
  );
}

function reader(headers: Headers, ourNow: number): Read {
  return (names) => {
    const limit = countOf(headers, names.limit);
    if (limit === null || limit <= 0) return null;
    const reset = headers[names.reset ?? ""];
    const resetMs = reset === undefined ? null : parseResetMs(reset, providerNow(headers, ourNow));
    return { limit, remaining: countOf(headers, names.remaining), resetMs };
  };
}

/** What was used comes back in the reset time; so the whole limit comes back in its period. */
function guessPeriodMs({ limit, remaining, resetMs }: Told): number | null {
  if (remaining === null || resetMs === null || resetMs === 0 || remaining >= limit) return null;
  return (resetMs * limit) / (limit - remaining);
}

/** Resets are rounded, and other calls are under way: only the order of magnitude can be told. */
function isAboutAMinute(periodMs: number): boolean {
  return periodMs <= 10 * minuteMs;
}

function lower(one: Told | null, other: Told | null): Told | null {
  if (one === null || other === null) return one ?? other;
  return one.limit <= other.limit ? one : other;
}

function named(
  limitName: "requestsPerMinute" | "tokensPerMinute",
  remainingName: "remainingRequests" | "remainingTokens",
  told: Told | null,
): ToldLimits {
  if (told === null) return {};
  return { [limitName]: told.limit, ...(told.remaining !== null && { [remainingName]: told.remaining }) };
}

import { countOf, type Headers } from "../provider-headers/headers.js";
import { parseDurationMs } from "../provider-headers/parse-duration.js";
import { parseResetMs, providerNow } from "../provider-headers/parse-reset.js";
import type { Refusal } from "./refusal.js";

/**
 * How long the provider says to wait, in ms; `null` when it names nothing that can be read. The more deliberate it was, the
 * sooner it is believed: `retry-after-ms`, `retry-after`, Google's RetryInfo, the message, and at last the latest reset of a
 * limit of which nothing is left. (Resets say when everything is left again, which is later than needed.)
 */
export function readWaitMs(
  { headers, retryDelay, text }: Refusal,
  ourNow: number = Date.now(),
): number | null {
  const now = providerNow(headers, ourNow);
  return (
    countOf(headers, "retry-after-ms") ??
    reset(headers["retry-after"], now) ??
    (retryDelay === null ? null : parseDurationMs(retryDelay)) ??
    waitInText(text) ??
    latestReset(headers, now)
  );
}

function reset(text: string | undefined, now: number): number | null {
  return text === undefined ? null : parseResetMs(text, now);
}

// "Please try again in 7m12s", "Please retry in 46.4s", "Please retry after 45 seconds", "wait 20s".
const waitPhrase =
  /(?:try again|retry|wait)\s+(?:in|after|for)?\s*((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|minutes?|mins?|seconds?|secs?|hours?|hrs?|days?|[smhd])(?![a-z])\s*)+)/i;

function waitInText(text: string): number | null {
  const phrase = waitPhrase.exec(text)?.[1];
  return phrase === undefined ? null : parseDurationMs(phrase);
}

function latestReset(headers: Headers, now: number): number | null {
  const waits = Object.keys(headers).flatMap((name) => {
    if (!name.includes("ratelimit") || !name.includes("remaining") || countOf(headers, name) !== 0) return [];
    return reset(headers[name.replace("remaining", "reset")], now) ?? [];
  });
  return waits.length === 0 ? null : Math.max(...waits);
}

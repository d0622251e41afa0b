import { toldWaitMs } from "@sluice/core";
import { countOf, type Headers } from "../provider-headers/headers.js";
import { parseDurationMs } from "../provider-headers/parse-duration.js";
import { parseResetMs, providerNow } from "../provider-headers/parse-reset.js";
import type { Refusal } from "./refusal.js";

/**
 * How long the provider says to wait, in ms, within what a gate would wait; `null` when it names nothing that can be read. The
 * more deliberate it was, the sooner it is believed: `retry-after-ms`, `retry-after`, Google's RetryInfo, the message, and at
 * last the latest reset of a limit of which nothing is left. (Resets say when everything is left again, which is later than
 * needed.) No time at all, or one that is over, is no wait: it was just refused.
 */
export function readWaitMs(
  { headers, retryDelay, text }: Refusal,
  ourNow: number = Date.now(),
): number | null {
  const now = providerNow(headers, ourNow);
  const named = [
    () => countOf(headers, "retry-after-ms"),
    () => reset(headers["retry-after"], now),
    () => (retryDelay === null ? null : parseDurationMs(retryDelay)),
    () => waitInText(text, now),
    () => latestReset(headers, now),
  ];
  for (const read of named) {
    const waitMs = read();
    if (waitMs !== null && waitMs > 0) return toldWaitMs(waitMs);
  }
  return null;
}

function reset(text: string | undefined, now: number): number | null {
  return text === undefined ? null : parseResetMs(text, now);
}

// "Please try again in 7m12s", "Please retry in 46.4s", "Please retry after 45 seconds", "wait 20s", "resets in 2 hours".
const waitPhrase =
  /(?:try again|retry|retrying|wait|available|resets?)(?:\s+(?:again|in|after|for|at least|about))*[\s:]+((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|minutes?|mins?|seconds?|secs?|hours?|hrs?|days?|[smhd])(?![a-z])[\s,]*(?:and\s+)?)+)/i;

const instantPhrase =
  /(?:again|retry|resets?|until|access)(?:\s+(?:after|at|on|in))*\s+(\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d))/i;

function waitInText(text: string, now: number): number | null {
  const phrase = waitPhrase.exec(text)?.[1];
  if (phrase !== undefined) return parseDurationMs(phrase.replaceAll(/,|\band\b/gi, " "));
  return reset(instantPhrase.exec(text)?.[1], now);
}

/** Of `…-remaining-…: 0` the `…-reset-…`; of Mistral's the one without the period, and of the IETF's draft what is in one header. */
function latestReset(headers: Headers, now: number): number | null {
  const names = Object.keys(headers).filter((name) => /(?:rate|token)limit/.test(name));
  const waits = names.flatMap((name) => {
    if (name === "ratelimit") return draftReset(headers[name] ?? "") ?? [];
    if (!name.includes("remaining") || countOf(headers, name) !== 0) return [];
    const own = name.replace("remaining", "reset");
    const partner = names.includes(own)
      ? own
      : names.find((other) => other.includes("reset") && stemOf(other) === stemOf(name));
    return partner === undefined ? [] : (reset(headers[partner], now) ?? []);
  });
  return waits.length === 0 ? null : Math.max(...waits);
}

function stemOf(name: string): string {
  return name
    .replace(/^x-/, "")
    .replace(/-?(?:remaining|reset)/, "")
    .replace(/-(?:second|minute|hour|day|month)$/, "");
}

/** `limit=100, remaining=0, reset=50`, `"api";r=0;t=120`: seconds. */
function draftReset(text: string): number | null {
  const remaining = /\b(?:r|remaining)=(\d{1,12})\b/.exec(text)?.[1];
  const seconds = /\b(?:t|reset)=(\d{1,12})\b/.exec(text)?.[1];
  return remaining !== undefined && Number(remaining) === 0 && seconds !== undefined
    ? Number(seconds) * 1_000
    : null;
}

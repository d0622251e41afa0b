import {
  BlockedError,
  type HandlerError,
  OutputInvalidError,
  PermanentError,
  RateLimitedError,
  TransientError,
  UnavailableError,
} from "@sluice/core";
import type { AskedCall } from "./asked-call.js";
import { readScope } from "./read-scope.js";
import { readWaitMs } from "./read-wait.js";
import type { Refusal } from "./refusal.js";
import {
  answeredBadly,
  broken,
  filtered,
  keyRefused,
  misconfigured,
  notNow,
  overloaded,
  says,
  spent,
  starting,
  tooLarge,
  unfitSettings,
} from "./refusal-words.js";

/**
 * What a provider's refusal means. Its own words come first: spent credit comes as 429 and as 400, a rate limit as 200 and
 * 400. The status decides where they say nothing; what nobody knows is waited out rather than burnt on the job.
 */
export function classifyRefusal(refusal: Refusal, { isTuned }: AskedCall): HandlerError {
  return classifyWords(refusal, isTuned) ?? classifyStatus(refusal);
}

function classifyWords(refusal: Refusal, isTuned: boolean): HandlerError | null {
  const { status } = refusal;
  const message = describe(refusal);
  const isNoFault = status !== 429 && status < 500;
  if (refusal.isFiltered || (isNoFault && says(refusal, filtered)))
    return new PermanentError(message, { code: "content_filter" });
  // OpenRouter: passing if it names a wait.
  if (status === 402 && refusal.headers["retry-after"] !== undefined) return classifyStatus(refusal);
  if (says(refusal, spent) || isQuotaGone(refusal)) return new BlockedError("quota_exhausted", message);
  if (says(refusal, keyRefused) && !isPassing(refusal)) return new BlockedError("auth", message);
  if (says(refusal, misconfigured)) return new BlockedError("config", message);
  // A job with settings of its own fails alone; without, it is asked as all others are.
  if (says(refusal, unfitSettings))
    return isTuned
      ? new PermanentError(message, { code: "bad_request" })
      : new BlockedError("config", message);
  if (says(refusal, tooLarge) || isAboveQuota(refusal))
    return new PermanentError(message, { code: "too_large" });
  if (says(refusal, starting)) return new TransientError(message, { waitMs: readWaitMs(refusal) });
  if (says(refusal, answeredBadly)) return new OutputInvalidError(message);
  // A request above the whole quota is called a rate limit by Groq, with a status that says better.
  if (says(refusal, notNow) && status !== 413) return rateLimited(refusal);
  if (says(refusal, overloaded) && status !== 429)
    return new UnavailableError(message, { waitMs: readWaitMs(refusal) });
  if (says(refusal, broken) && isNoFault) return new TransientError(message, { waitMs: readWaitMs(refusal) });
  return null;
}

function classifyStatus(refusal: Refusal): HandlerError {
  const message = describe(refusal);
  const waitMs = readWaitMs(refusal);
  const { status } = refusal;
  switch (status) {
    case 401:
    case 407:
      return new BlockedError("auth", message);
    case 402:
      // It is about money also when it passes, and teaches no pace.
      return waitMs === null
        ? new BlockedError("quota_exhausted", message)
        : new RateLimitedError({ message, waitMs, scope: "day" });
    case 403:
      return isPassing(refusal) ? rateLimited(refusal) : new BlockedError("auth", message);
    case 404:
    case 405:
    case 406:
    case 410:
    case 415:
      return new BlockedError("config", message);
    case 413:
    case 414:
      return new PermanentError(message, { code: "too_large" });
    case 420:
    case 429:
      return rateLimited(refusal);
    case 400:
    case 411:
    case 417:
    case 422:
    case 431:
      // A provider says in its own words what is bad; a page is of somebody in between, who knows nothing about the job.
      return refusal.isPage
        ? new TransientError(message, { waitMs })
        : new PermanentError(message, { code: "bad_request" });
  }
  return isProviderDown(status)
    ? new UnavailableError(message, { waitMs })
    : new TransientError(message, { waitMs });
}

function rateLimited(refusal: Refusal): HandlerError {
  const waitMs = readWaitMs(refusal);
  return new RateLimitedError({ message: describe(refusal), waitMs, scope: readScope(refusal, waitMs) });
}

/** Refused, until a time that it names. */
function isPassing({ status, headers }: Refusal): boolean {
  return status === 403 && headers["retry-after"] !== undefined;
}

/**
 * No quota at all, or none any more. "You exceeded your current quota, please check your plan and billing details" is what
 * OpenAI says of money and Google of every limit; only Google names the limit, or when to come back.
 */
function isQuotaGone(refusal: Refusal): boolean {
  const { text, status, quotaIds } = refusal;
  if (status !== 429 || !/quota/i.test(text)) return false;
  if (/\blimit: 0\b(?![.,]\d)/.test(text)) return true;
  const isNamed = quotaIds.length > 0 || says(refusal, notNow) || readWaitMs(refusal) !== null;
  return /exceeded your current quota/i.test(text) && !isNamed;
}

/** "Limit 6000, Requested 7443": this one will never fit. */
function isAboveQuota({ text, status }: Refusal): boolean {
  if (status !== 429 && status !== 413) return false;
  const [, limit, requested] = /\blimit:? ([\d,]+).{0,40}\brequested:? ([\d,]+)/i.exec(text) ?? [];
  return limit !== undefined && requested !== undefined && toCount(requested) > toCount(limit);
}

function toCount(text: string): number {
  return Number(text.replaceAll(",", ""));
}

/**
 * Overloaded, or nobody behind the proxy (502, and what Cloudflare has for it). Not 504 and 524: the provider had the
 * request, and was too slow for this one.
 */
function isProviderDown(status: number): boolean {
  return [502, 503, 509, 511].includes(status) || (status >= 520 && status <= 530 && status !== 524);
}

function describe({ status, message }: Refusal): string {
  const words = message === "" ? "no message" : message;
  return status < 300
    ? `an answer that cannot be read (invalid_response), HTTP ${status}: ${words}`
    : `HTTP ${status}: ${words}`;
}

import {
  BlockedError,
  type HandlerError,
  PermanentError,
  RateLimitedError,
  TransientError,
  UnavailableError,
} from "@sluice/core";
import { readScope } from "./read-scope.js";
import { readWaitMs } from "./read-wait.js";
import type { Refusal } from "./refusal.js";
import {
  filtered,
  keyRefused,
  modelUnknown,
  notNow,
  overloaded,
  says,
  spent,
  starting,
  tooLarge,
} from "./refusal-words.js";

/**
 * What a provider's refusal means. Its own words come first: spent credit comes as 429 and as 400, a rate limit as 200 and
 * 400. The status decides where they say nothing; a status nobody knows is waited out rather than burnt on the job.
 */
export function classifyRefusal(refusal: Refusal): HandlerError {
  return classifyWords(refusal) ?? classifyStatus(refusal);
}

function classifyWords(refusal: Refusal): HandlerError | null {
  const message = describe(refusal);
  if (refusal.isFiltered || says(refusal, filtered))
    return new PermanentError(message, { code: "content_filter" });
  if (says(refusal, spent) || hasNoQuota(refusal)) return new BlockedError("quota_exhausted", message);
  if (says(refusal, keyRefused)) return new BlockedError("auth", message);
  if (says(refusal, modelUnknown)) return new BlockedError("config", message);
  if (says(refusal, tooLarge)) return new PermanentError(message, { code: "too_large" });
  if (says(refusal, starting)) return new TransientError(message, { waitMs: readWaitMs(refusal) });
  // A request above the whole quota is called a rate limit by Groq, with a status that says better.
  if (says(refusal, notNow) && refusal.status !== 413) return rateLimited(refusal);
  if (says(refusal, overloaded)) return new UnavailableError(message, { waitMs: readWaitMs(refusal) });
  return null;
}

function classifyStatus(refusal: Refusal): HandlerError {
  const message = describe(refusal);
  const waitMs = readWaitMs(refusal);
  const { status } = refusal;
  switch (status) {
    case 401:
    case 403:
    case 407:
      return new BlockedError("auth", message);
    case 402:
      // OpenRouter: passing if it names a wait. It is about money all the same, and teaches no pace.
      return waitMs === null
        ? new BlockedError("quota_exhausted", message)
        : new RateLimitedError({ message, waitMs, scope: "day" });
    case 404:
    case 405:
    case 410:
      return new BlockedError("config", message);
    case 413:
    case 414:
      return new PermanentError(message, { code: "too_large" });
    case 429:
      return rateLimited(refusal);
    case 408:
    case 409:
    case 421:
    case 423:
    case 424:
    case 425:
      return new TransientError(message, { waitMs });
  }
  if (isProviderDown(status)) return new UnavailableError(message, { waitMs });
  return status >= 400 && status < 500
    ? new PermanentError(message, { code: "bad_request" })
    : new TransientError(message, { waitMs });
}

function rateLimited(refusal: Refusal): HandlerError {
  const waitMs = readWaitMs(refusal);
  return new RateLimitedError({ message: describe(refusal), waitMs, scope: readScope(refusal, waitMs) });
}

/** Google's way to say that this model is not for this account: a quota of 0. */
function hasNoQuota({ text, quotaIds, status }: Refusal): boolean {
  return status === 429 && quotaIds.length > 0 && /\blimit: 0\b(?![.,]\d)/.test(text);
}

/**
 * Overloaded, or nobody behind the proxy (502, and what Cloudflare has for it). Not 504 and 524: the provider had the
 * request, and was too slow for this one.
 */
function isProviderDown(status: number): boolean {
  return [502, 503, 520, 521, 522, 523, 525, 526, 529, 530].includes(status);
}

function describe({ status, message }: Refusal): string {
  const words = message === "" ? "no message" : message;
  return status < 300 ? `an answer that is none (HTTP ${status}): ${words}` : `HTTP ${status}: ${words}`;
}

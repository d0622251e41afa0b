import type { Headers } from "../provider-headers/headers.js";

/** What a provider answered instead of an answer, read from wherever it puts such things. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** Every machine-readable word of the answer (types, codes, reasons), as `toWord` makes it. */
  readonly words: ReadonlySet<string>;
  /** What it says to people. */
  readonly message: string;
  /** What it says to people, with the words of the provider behind it, if it passed them on: to be searched, not shown. */
  readonly text: string;
  /** The same without what it quotes: only in what it says itself, words decide for more than this one job. */
  readonly ownText: string;
  /** Google's names of the quotas that are used up: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  readonly quotaIds: readonly string[];
  /** A wait that stands in a field of its own: Google's `RetryInfo` (`"46s"`). */
  readonly retryDelay: string | null;
  /** It refuses the content, not the call. */
  readonly isFiltered: boolean;
  /** A page: something in front of the provider has answered. */
  readonly isPage: boolean;
}

/**
 * One form of the many that a word comes in: `rate_limit_exceeded` and `RateLimitExceeded`, `ServiceUnavailableException`
 * and `service_unavailable_error`.
 */
export function toWord(text: string): string {
  return text
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/(?:exception|error)+$/, "");
}

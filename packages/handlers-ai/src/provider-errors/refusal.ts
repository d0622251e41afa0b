import type { Headers } from "../provider-headers/headers.js";

/** What a provider answered instead of an answer, read from wherever it puts such things. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** Every machine-readable word of the answer (types, codes, reasons), in lower case. */
  readonly words: ReadonlySet<string>;
  /** What it says to people. */
  readonly message: string;
  /** What it says to people, with the words of the provider behind it, if it passed them on: to be searched, not shown. */
  readonly text: string;
  /** Google's names of the quotas that are used up: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
  readonly quotaIds: readonly string[];
  /** Google's `RetryInfo`: `"46s"`. */
  readonly retryDelay: string | null;
  /** It refuses the content, not the call. */
  readonly isFiltered: boolean;
}

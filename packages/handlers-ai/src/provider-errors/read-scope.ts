import type { Refusal } from "./refusal.js";

const longWaitMs = 3_600_000;

/**
 * Which quota is used up: one of minutes, whose refusals tell the pace, or one of hours, days and longer, which say nothing
 * about it. A wait of hours is one of a day, whatever it is called (Azure: "Please retry after 86400 seconds").
 */
export function readScope(
  { text, quotaIds, words, headers }: Refusal,
  waitMs: number | null,
): "minute" | "day" {
  const isLong =
    (waitMs ?? 0) >= longWaitMs ||
    [...quotaIds, ...words].some((name) => /per(?:day|week|month)|daily|weekly|monthly/i.test(name)) ||
    /\b[rt]pd\b|(?:per|a|\/)[- ]?(?:day|week|month)\b|\b(?:hourly|daily|weekly|monthly)\b|byday\b|per 86400/i.test(
      text,
    ) ||
    // Cerebras has headers for each period.
    Object.entries(headers).some(
      ([name, value]) => /ratelimit.*remaining.*-(?:day|month)$/.test(name) && value?.trim() === "0",
    );
  return isLong ? "day" : "minute";
}

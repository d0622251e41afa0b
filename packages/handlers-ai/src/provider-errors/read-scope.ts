import type { Refusal } from "./refusal.js";

const longWaitMs = 3_600_000;

/**
 * Which quota is used up: one of minutes, whose refusals tell the pace, or one of a day and longer, which say nothing about
 * it. A wait of hours is one of a day, whatever it is called (Azure: "Please retry after 86400 seconds").
 */
export function readScope({ text, quotaIds }: Refusal, waitMs: number | null): "minute" | "day" {
  const isDaily =
    (waitMs ?? 0) >= longWaitMs ||
    quotaIds.some((id) => /per(?:day|month)/i.test(id)) ||
    /\b[rt]pd\b|per[- ](?:day|month)|\b(?:daily|monthly)\b/i.test(text);
  return isDaily ? "day" : "minute";
}

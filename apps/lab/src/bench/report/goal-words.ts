import type { GoalResult } from "../measure/goal.js";
import { formatNumber } from "./format-number.js";

/** What was reached, or why there is no figure. */
export function reachedText({ value, unit, isOfOtherSize }: GoalResult, digits: number): string {
  if (isOfOtherSize) return "not at this size";
  return value === null ? "not measured" : `${formatNumber(value, digits)} ${unit}`;
}

/** A dash where nothing is judged. */
export function verdictOf({ met }: GoalResult): "met" | "missed" | "–" {
  if (met === null) return "–";
  return met ? "met" : "missed";
}

import type { Gate } from "./gate.js";
import { type GateLimits, isSameLimits } from "./gate-limits.js";
import { bookDraw } from "./reserve.js";

/** New configuration. Answers the same object when it is the old one. What was drawn stays drawn. */
export function changeLimits(gate: Gate, limits: GateLimits): Gate {
  return isSameLimits(gate.limits, limits) ? gate : { ...bookDraw(gate), limits };
}

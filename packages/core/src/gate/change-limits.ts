import type { Gate } from "./gate.js";
import { type GateLimits, isSameLimits } from "./gate-limits.js";
import { newPace } from "./pacing/pace.js";
import { bookDraw } from "./reserve.js";

/** New configuration. Answers the same object when it is the old one. What refusals taught is forgotten: it was learned under other limits. */
export function changeLimits(gate: Gate, limits: GateLimits): Gate {
  if (isSameLimits(gate.limits, limits)) return gate;
  const booked = bookDraw(gate);
  return { ...booked, limits, pacing: { ...booked.pacing, pace: newPace() } };
}

import { makeFailure, type RunOutcome, toGateKey } from "@sluice/core";

export const TICK_MS = 1_000;

/** The only gate. */
export const gateKey = toGateKey("model:acme:main:mt-2");

const failure = makeFailure("Error", "explored", "as the exploration wants it");

/** How a run may end here: what tells the rules apart, and no two of a kind. */
export const answers = {
  succeeded: { type: "succeeded", result: null },
  "refused-for-long": { type: "rate_limited", scope: "minute", waitMs: 3 * TICK_MS, gateKey, failure },
  "refused-shortly": { type: "rate_limited", scope: "minute", waitMs: TICK_MS, gateKey, failure },
  "provider-down": { type: "unavailable", waitMs: null, gateKey, failure },
  failed: { type: "transient", waitMs: null, failure },
  released: { type: "released" },
} as const satisfies { [name: string]: RunOutcome };

export type AnswerName = keyof typeof answers;

export const answerNames = Object.keys(answers) as readonly AnswerName[];

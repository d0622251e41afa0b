import { z } from "zod";

/**
 * What a provider is like for the moment. `quota` has next to none left, `down` answers 503, `hang` never ends the answer, and
 * `garbage` answers something else than what was asked for.
 */
export const providerMoods = ["well", "quota", "down", "hang", "garbage"] as const;
export type ProviderMood = (typeof providerMoods)[number];

export const moodChange = z.object({ mood: z.enum(providerMoods) });

/** Requests per minute. */
export const quotaOfMood: Readonly<Record<ProviderMood, number>> = {
  well: 6_000,
  quota: 60,
  down: 6_000,
  hang: 6_000,
  garbage: 6_000,
};

/** In a bad mood, still some calls are answered well: what a fleet has to live with is seldom clear-cut. */
export const shareOfBadAnswers = 0.7;

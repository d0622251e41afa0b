/** How workers deal with a provider that refuses. */
export type Policy =
  /** Sluice's gate; `isConfigured`: it is told the provider's limits, else it learns from refusals. */
  | { readonly type: "gate"; readonly isConfigured: boolean }
  /**
   * BullMQ as its guide says for a 429: `queue.rateLimit` for as long as the provider says, or for a fixed time when it says
   * nothing, and then everybody at once.
   */
  | { readonly type: "pause"; readonly untoldWaitMs: number }
  /** BullMQ with its limiter set to the provider's limit, and the same pause beside it. `duration` is in ms. */
  | {
      readonly type: "limiter";
      readonly limiter: { readonly max: number; readonly duration: number };
      readonly untoldWaitMs: number;
    };

export interface CallerSetUp {
  readonly databaseUrl: string;
  readonly taskType: string;
  readonly policy: Policy;
  /** Calls at once. */
  readonly slots: number;
  /** Of the provider. */
  readonly port: number;
}

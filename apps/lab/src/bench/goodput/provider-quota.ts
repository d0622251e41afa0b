import { createQuota } from "../../quota/quota.js";

export const requestsPerMinute = 600;
export const tokensPerMinute = 100_000;
/** What may be saved up: a second's worth, so that the start gives nothing away. */
const burstSeconds = 1;

/** A call passes when both limits allow it; what is refused is not charged. */
export interface ProviderQuota {
  /** `null`: it passes. Else in how many ms it would. */
  take(atMs: number, tokens: number): number | null;
}

export function createProviderQuota(): ProviderQuota {
  const bucket = (perMinute: number) =>
    createQuota({ kind: "bucket", burst: (perMinute / 60) * burstSeconds }, () => perMinute, {
      charged: false,
    });
  const requests = bucket(requestsPerMinute);
  const tokenBucket = bucket(tokensPerMinute);
  return {
    take(atMs, tokens) {
      if (tokenBucket.remaining(atMs) < tokens) {
        return Math.max(1, ((tokens - tokenBucket.remaining(atMs)) / tokensPerMinute) * 60_000);
      }
      const waitMs = requests.take(atMs, 1);
      if (waitMs !== "taken") return waitMs;
      tokenBucket.take(atMs, tokens);
      return null;
    },
  };
}

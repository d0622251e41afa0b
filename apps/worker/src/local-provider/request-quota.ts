/** A provider's quota of requests per minute: a bucket that holds a few seconds' worth and is filled steadily. */
export interface RequestQuota {
  /** Takes a permit, or tells how long the next one will take. */
  take(
    nowMs: number,
  ):
    | { readonly accepted: true; readonly remaining: number }
    | { readonly accepted: false; readonly waitMs: number };
}

const burstSeconds = 5;

export function createRequestQuota(requestsPerMinute: number): RequestQuota {
  const perMs = requestsPerMinute / 60_000;
  const capacity = Math.max(1, Math.floor((requestsPerMinute / 60) * burstSeconds));
  let permits = capacity;
  let filledAt: number | null = null;
  return {
    take(nowMs) {
      permits = Math.min(capacity, permits + (nowMs - (filledAt ?? nowMs)) * perMs);
      filledAt = nowMs;
      if (permits < 1) return { accepted: false, waitMs: Math.ceil((1 - permits) / perMs) };
      permits -= 1;
      return { accepted: true, remaining: Math.floor(permits) };
    },
  };
}

/** What a gate is configured to let through. `null` means that nobody set a limit. */
export interface GateLimits {
  readonly requestsPerMinute: number | null;
  /** Of input and output together, as the provider counts them. */
  readonly tokensPerMinute: number | null;
  /** Calls at the same time, counted from live leases: what a local server needs. */
  readonly maxInFlight: number | null;
  /**
   * Whether refusals teach the gate its rate; a configured rate is then the cap. Right for models of remote providers,
   * wrong for tasks and for local servers, whose refusals are not about a rate.
   */
  readonly learn: boolean;
}

export const noLimits: GateLimits = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxInFlight: null,
  learn: false,
};

/** Fills the gaps, `undefined` ones too, and checks the rest. Throws a TypeError or RangeError that names the wrong one. */
export function toGateLimits(limits: Partial<GateLimits>): GateLimits {
  const checked: GateLimits = {
    requestsPerMinute: limits.requestsPerMinute ?? noLimits.requestsPerMinute,
    tokensPerMinute: limits.tokensPerMinute ?? noLimits.tokensPerMinute,
    maxInFlight: limits.maxInFlight ?? noLimits.maxInFlight,
    learn: limits.learn ?? noLimits.learn,
  };
  if (typeof checked.learn !== "boolean")
    throw new TypeError(`learn of a gate must be true or false, got ${typeof checked.learn}`);
  for (const name of ["requestsPerMinute", "tokensPerMinute", "maxInFlight"] as const) {
    const value = checked[name];
    if (value !== null && !(Number.isFinite(value) && value > 0)) {
      throw new RangeError(
        `${name} of a gate must be a number above 0 or null, got ${value}; to stop it, pause it`,
      );
    }
  }
  if (checked.maxInFlight !== null && !Number.isInteger(checked.maxInFlight)) {
    throw new RangeError(`maxInFlight of a gate must be a whole number, got ${checked.maxInFlight}`);
  }
  return checked;
}

export function isSameLimits(one: GateLimits, other: GateLimits): boolean {
  return (
    one.requestsPerMinute === other.requestsPerMinute &&
    one.tokensPerMinute === other.tokensPerMinute &&
    one.maxInFlight === other.maxInFlight &&
    one.learn === other.learn
  );
}

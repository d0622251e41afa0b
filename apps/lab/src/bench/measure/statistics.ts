/** The middle one, or the mean of the two in the middle. Throws a RangeError when there is none. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** By linear interpolation between the neighbours. `share` from 0 to 1. Throws a RangeError when there are no numbers. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError("there is no quantile of no numbers");
  return below + (above - below) * (place - Math.floor(place));
}

/** Of claims. */
export function percentiles(timesMs: readonly number[]): {
  readonly claimP50Ms: number;
  readonly claimP99Ms: number;
} {
  return { claimP50Ms: quantile(timesMs, 0.5), claimP99Ms: quantile(timesMs, 0.99) };
}

/** Label values from outside may be any number; a time series each would be too much for Prometheus. */
const otherLabel = "other";

/** The `limit` labels with the greatest weights stay as they are, all others become `other`. */
export function foldLabels(
  weights: Iterable<readonly [label: string, weight: number]>,
  limit: number,
): (label: string) => string {
  const sums = new Map<string, number>();
  for (const [label, weight] of weights) sums.set(label, (sums.get(label) ?? 0) + weight);
  const heaviest = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, limit);
  const kept = new Set(heaviest.map(([label]) => label));
  return (label) => (kept.has(label) ? label : otherLabel);
}

const unitMs: readonly (readonly [RegExp, number])[] = [
  [/^(?:ms|msecs?|milliseconds?)$/, 1],
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, 86_400_000],
];

/**
 * Milliseconds of a duration as providers write it: `120ms`, `7.66s`, `2m59.56s`, `10h17m5.72s`, `45 seconds`. `null`: it
 * is none. A number without a unit is none either: what it counts depends on where it stands.
 */
export function parseDurationMs(text: string): number | null {
  const compact = text.trim().toLowerCase();
  if (compact.length > 100 || !/^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/.test(compact)) return null;
  let totalMs = 0;
  for (const [, amount = "", unit = ""] of compact.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const found = unitMs.find(([pattern]) => pattern.test(unit));
    if (found === undefined) return null;
    totalMs += Number(amount) * found[1];
  }
  return Number.isFinite(totalMs) ? Math.round(totalMs) : null;
}

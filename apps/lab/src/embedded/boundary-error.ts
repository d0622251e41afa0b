/**
 * Pk (Beeferman, Berger, Lafferty 1999): how often two messages that are half a mean topic apart are wrongly said to be of
 * one topic, or of two. 0 is perfect; both arguments are lengths of topics, one after the other.
 */
export function boundaryError(truth: readonly number[], found: readonly number[]): number {
  const expected = labelsOf(truth);
  const seen = labelsOf(found);
  if (expected.length !== seen.length)
    throw new RangeError(`${found.join("+")} messages are not the ${expected.length} that there are`);
  const distance = Math.max(1, Math.round(expected.length / truth.length / 2));
  const pairs = expected.length - distance;
  let wrong = 0;
  for (let place = 0; place < pairs; place += 1) {
    const isOne = expected[place] === expected[place + distance];
    if (isOne !== (seen[place] === seen[place + distance])) wrong += 1;
  }
  return pairs === 0 ? 0 : wrong / pairs;
}

/** 3, 2 → 0 0 0 1 1 */
function labelsOf(lengths: readonly number[]): readonly number[] {
  return lengths.flatMap((length, topic) => Array.from({ length }, () => topic));
}

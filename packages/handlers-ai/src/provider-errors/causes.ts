const maxDepth = 8;

/** The error, what caused it, and so on; ends in circles, too. */
export function causesOf(error: unknown): readonly Error[] {
  const causes: Error[] = [];
  let current = error;
  while (current instanceof Error && causes.length < maxDepth) {
    causes.push(current);
    current = current.cause;
  }
  return causes;
}

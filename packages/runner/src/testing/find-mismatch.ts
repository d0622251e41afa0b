/** A matcher of Jest, Vitest or Sinon: `expect.any(String)`, `expect.stringContaining("a")`. */
interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
}

/**
 * The first difference, in words, or `null`. Of an object, only what is expected is compared, at every depth; of an array, all
 * elements.
 */
export function findMismatch(actual: unknown, expected: unknown, path = ""): string | null {
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? null : differs(actual, expected, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differs(actual, expected, path);
    return firstOf(expected.keys(), (index) =>
      findMismatch(actual[index], expected[index], `${path}[${index}]`),
    );
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null || Array.isArray(actual))
      return differs(actual, expected, path);
    const parts: ReadonlyMap<string, unknown> = new Map(Object.entries(actual));
    return firstOf(Object.entries(expected), ([key, value]) =>
      findMismatch(parts.get(key), value, path === "" ? key : `${path}.${key}`),
    );
  }
  return Object.is(actual, expected) ? null : differs(actual, expected, path);
}

/** The value as a line of a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => (isMatcher(part) ? String(part) : part));
  return text ?? String(value);
}

function differs(actual: unknown, expected: unknown, path: string): string {
  return `${path} is ${show(actual)}, not ${show(expected)}`;
}

function firstOf<Item>(items: Iterable<Item>, find: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

function isMatcher(value: unknown): value is AsymmetricMatcher {
  return (
    typeof value === "object" &&
    value !== null &&
    "asymmetricMatch" in value &&
    typeof value.asymmetricMatch === "function"
  );
}

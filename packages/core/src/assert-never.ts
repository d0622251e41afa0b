/** Makes a switch exhaustive: it does not type-check while a case is missing. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}

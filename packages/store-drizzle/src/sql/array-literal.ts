/**
 * A Postgres array as text, for `$1::text::uuid[]` and the like. Drivers make arrays out of JavaScript's in ways of their own
 * (postgres.js only when it may ask the server for types, and by the first element), a text they leave alone.
 */
export function arrayLiteral(values: readonly (string | number | null)[]): string {
  return `{${values.map(element).join(",")}}`;
}

function element(value: string | number | null): string {
  if (value === null) return "NULL";
  if (typeof value === "number") return String(value);
  return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, "\\$&") : value}"`;
}

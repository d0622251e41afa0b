/** Headers of a provider's answer, names in lower case, as the SDK gives them. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The header as a number from 0; `null` when it is not there, or is something else (Azure was seen to say -1). */
export function countOf(headers: Headers, name: string): number | null {
  const text = headers[name]?.trim();
  if (text === undefined || !/^\d+(?:\.\d+)?$/.test(text)) return null;
  const count = Number(text);
  return Number.isFinite(count) ? count : null;
}

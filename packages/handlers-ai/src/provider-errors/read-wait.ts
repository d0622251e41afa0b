import type { APICallError } from "@ai-sdk/provider";

/** The wait that the provider named in its headers, in ms; `null` when it named none that can be read. */
export function readWaitMs({ responseHeaders: headers }: APICallError): number | null {
  const inMs = toNumber(headers?.["retry-after-ms"]);
  if (inMs !== null) return inMs;
  const inSeconds = toNumber(headers?.["retry-after"]);
  return inSeconds === null ? null : inSeconds * 1_000;
}

function toNumber(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

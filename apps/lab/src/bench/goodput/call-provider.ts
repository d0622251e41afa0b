import type { Payload } from "../engines/engine.js";

/** What came of a call. */
export type ProviderAnswer =
  | { readonly type: "answered"; readonly tokens: number }
  /** `waitMs` `null`: it did not say for how long. */
  | { readonly type: "refused"; readonly waitMs: number | null };

/** 80 to 160 tokens: the limit of requests is then the one that binds. */
export async function callProvider(
  port: number,
  { n }: Payload,
  signal?: AbortSignal,
): Promise<ProviderAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    body: String(80 + ((n * 37) % 81)),
    signal: signal ?? null,
  });
  const text = await response.text();
  if (response.status !== 429) return { type: "answered", tokens: Number(text) };
  const waitMs = response.headers.get("retry-after-ms");
  return { type: "refused", waitMs: waitMs === null ? null : Number(waitMs) };
}

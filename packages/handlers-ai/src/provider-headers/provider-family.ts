/** Whose limit headers they are, as far as that changes what they mean. */
export type ProviderFamily = "openai" | "groq" | "other";

/** By the host that is asked; by the name of the SDK's provider if that is all we know. */
export function providerFamily(provider: string, baseUrl: string | null): ProviderFamily {
  const host = URL.parse(baseUrl ?? "")?.hostname;
  if (host !== undefined) {
    if (/(^|\.)groq\.com$/.test(host)) return "groq";
    return /(^|\.)(openai\.com|azure\.com)$/.test(host) ? "openai" : "other";
  }
  if (provider.startsWith("groq")) return "groq";
  return /^(openai|azure)(?!-)/.test(provider) ? "openai" : "other";
}

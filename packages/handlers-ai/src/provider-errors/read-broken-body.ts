/** What a page, a plain text or a piece of JSON says to people. */
export function pageText(body: string): string {
  const title = /<title>([^<]{1,300})/i.exec(body)?.[1] ?? "";
  const text = body
    .replace(/<(?:script|style)\b[^>]{0,200}>[^<]*/gi, " ")
    .replace(/<[^<>]*>?/g, " ")
    .replace(/&\w{1,10};/g, " ");
  return `${title} ${text}`.replace(/\s+/g, " ").trim();
}

/** The types and codes in JSON that ends in the middle. */
export function truncatedWords(body: string): readonly string[] {
  const named = /"(?:type|code|status|reason|error_code)"\s{0,5}:\s{0,5}"([^"\\]{1,100})"/g;
  return [...body.matchAll(named)].map(([, word = ""]) => word);
}

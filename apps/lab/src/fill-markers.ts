/**
 * Puts the parts between their markers in a page: `<!-- prefix:name -->` … `<!-- /prefix:name -->`. Throws when the page has a
 * marker that no part is for, or lacks one.
 */
export function fillMarkers(page: string, prefix: string, parts: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(parts));
  const marked = new RegExp(`(<!-- ${prefix}:([\\w-]+) -->\\n)[\\s\\S]*?(<!-- /${prefix}:\\2 -->)`, "g");
  const filled = page.replace(marked, (_, opening: string, name: string, closing: string) => {
    const part = parts[name];
    if (part === undefined)
      throw new RangeError(`the page has a place for ${prefix}:${name}, and there is nothing for it`);
    missing.delete(name);
    return `${opening}\n${part}\n\n${closing}`;
  });
  if (missing.size > 0) throw new RangeError(`the page has no place for ${[...missing].join(", ")}`);
  return filled;
}

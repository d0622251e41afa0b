/** For patterns with the `u` flag. (`RegExp.escape` is not in Node 22.) */
export function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}

export function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}

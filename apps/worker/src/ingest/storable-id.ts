import { createHash } from "node:crypto";

const maxLength = 512;

/**
 * The id as it is, where a job may have it: up to 512 characters, none of them a control character or half a surrogate pair. Files
 * and conversations may be called anything; from such a name comes one that can be stored, the same each time, and no other's.
 */
export function storableId(wanted: string): string {
  const clean = wanted.replaceAll(/[\p{Cc}\p{Cs}]/gu, "\uFFFD");
  if (clean === wanted && clean.length <= maxLength) return wanted;
  const mark = `~${createHash("sha256").update(wanted).digest("hex").slice(0, 16)}`;
  // A pair that the cut goes through would leave half of it.
  const kept = clean.slice(0, maxLength - mark.length).replace(/\p{Cs}$/u, "");
  return `${kept}${mark}`;
}

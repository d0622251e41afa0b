import { createHash } from "node:crypto";
import type { TargetContent } from "@sluice/core";

/** Where a target stands is no part of what it says: a function that moved need not be enriched again. */
const PLACE = new Set(["path", "startLine", "endLine"]);

/** SHA-256 in hex over the content without its place, the same whatever the order of its keys. */
export function contentHash(content: TargetContent): string {
  const said = Object.fromEntries(Object.entries(content).filter(([key]) => !PLACE.has(key)));
  return createHash("sha256").update(JSON.stringify(said, sortKeys)).digest("hex");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

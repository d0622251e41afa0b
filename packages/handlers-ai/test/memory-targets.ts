import { createHash } from "node:crypto";
import type { Enrichment, SavedEnrichment, TargetContent, TargetRef, TargetRepository } from "@sluice/core";

/** Targets in a map. The transaction is the list that collects what was saved in it. */
export class MemoryTargets implements TargetRepository<SavedEnrichment[]> {
  readonly #contents = new Map<string, TargetContent>();
  readonly enrichments = new Map<string, Enrichment>();

  put(id: string, content: TargetContent): TargetRef {
    this.#contents.set(`${content.type} ${id}`, content);
    return { type: content.type, id };
  }

  remove({ type, id }: TargetRef): void {
    this.#contents.delete(`${type} ${id}`);
  }

  async load({ type, id }: TargetRef) {
    const content = this.#contents.get(`${type} ${id}`);
    return content === undefined ? null : { content, contentHash: hashOf(content) };
  }

  async save(tx: SavedEnrichment[], saved: SavedEnrichment) {
    const key = `${saved.target.type} ${saved.target.id}`;
    const content = this.#contents.get(key);
    if (content === undefined) return "gone";
    if (hashOf(content) !== saved.contentHash) return "changed";
    if (tx.some((other) => other.askedAt > saved.askedAt)) return "older";
    tx.push(saved);
    this.enrichments.set(key, saved.enrichment);
    return "saved";
  }
}

function hashOf(content: TargetContent): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

import type { EpochMs } from "../time.js";

/** The thing a job works on: what kind it is, and which one. The two together identify it. */
export interface TargetRef<Type extends string = string> {
  readonly type: Type;
  readonly id: string;
}

// Contents and enrichments are type aliases, not interfaces: they are JSON, and only aliases can be used as `JsonValue`.

/** A function, method, class or similar piece of a source file. */
export type CodeEntityContent = {
  readonly type: "code_entity";
  /** `function`, `method`, `class`, `interface`, … as its language calls it. */
  readonly kind: string;
  readonly name: string;
  /** Name of the class or similar around it, if any. */
  readonly container: string | null;
  readonly language: string;
  /** Relative to the root that was ingested, with `/`. */
  readonly path: string;
  /** First and last line, counted from 1, both included. */
  readonly startLine: number;
  readonly endLine: number;
  /** The comment or docstring that belongs to it, without comment signs, if any. */
  readonly documentation: string | null;
  readonly source: string;
};

/** A document of a project: a README, a page of its docs. */
export type ProjectDocumentContent = {
  readonly type: "project_document";
  readonly path: string;
  readonly title: string | null;
  readonly format: "markdown" | "text";
  readonly text: string;
};

export type ConversationMessage = {
  /** Who speaks: a role (`user`, `assistant`) or a name. */
  readonly speaker: string;
  readonly text: string;
};

export type ConversationContent = {
  readonly type: "conversation";
  readonly title: string | null;
  readonly messages: readonly ConversationMessage[];
};

/** What the built-in AI tasks work on, discriminated by the target type. */
export type TargetContent = CodeEntityContent | ProjectDocumentContent | ConversationContent;

/** A target as it was when it was read. `contentHash` changes if and only if the content does. */
export interface LoadedTarget {
  readonly content: TargetContent;
  readonly contentHash: string;
}

/** What `enrich_entity_summary_keywords` finds. */
export type SummaryEnrichment = {
  readonly kind: "summary";
  readonly summary: string;
  readonly keywords: readonly string[];
};

/** One thread of a conversation. */
export type ConversationTopic = {
  readonly summary: string;
  readonly keywords: readonly string[];
  /** What the stretch is for, one short tag: `question`, `decision`, `problem`, … */
  readonly purpose: string;
  /** First and last message, indexes counted from 0, both included, both existing. */
  readonly fromMessage: number;
  readonly toMessage: number;
};

/** What `generate_topics` finds. */
export type TopicsEnrichment = {
  readonly kind: "topics";
  readonly topics: readonly ConversationTopic[];
};

export type Enrichment = SummaryEnrichment | TopicsEnrichment;

/**
 * Where the AI handlers get what they work on and put what they find: the app's own tables, or the built-in ones of
 * `@sluice/store-drizzle/targets`. It loads and saves content; statuses are the store's business.
 */
export interface TargetRepository<Tx = unknown> {
  /** `null` when there is no such target (any more). */
  load(ref: TargetRef): Promise<LoadedTarget | null>;
  /**
   * Writes the enrichment in the transaction that completes the job, if the content is still the one whose hash is
   * given; otherwise writes nothing and answers `changed` (or `gone`). Nor does it write over an enrichment of that content which was
   * asked for later (`askedAt`): it answers `older`, and the job is done. Must lock the row it compares.
   */
  save(tx: Tx, saved: SavedEnrichment): Promise<"saved" | "changed" | "gone" | "older">;
}

export interface SavedEnrichment {
  readonly target: TargetRef;
  /** The hash of the content that the enrichment was made from. */
  readonly contentHash: string;
  readonly enrichment: Enrichment;
  /** When it was asked for: the job was made, or taken up again after an operator's retry. */
  readonly askedAt: EpochMs;
  /** `provider:model` that made it; `embedded:…` marks what a real model may do better later. */
  readonly model: string;
}

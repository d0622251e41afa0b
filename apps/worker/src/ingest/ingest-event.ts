import type { TargetContent, TargetRef } from "@sluice/core";

/** Something worth asking a model about. Ids are unique per target type and root, and survive moves within a file. */
export interface IngestedTarget {
  readonly ref: TargetRef<TargetContent["type"]>;
  readonly content: TargetContent;
}

export type SkipReason =
  | "binary"
  | "empty"
  | "invalid_json"
  | "invalid_utf8"
  | "minified"
  | "not_a_conversation"
  | "source_beside"
  | "symlink"
  | "too_deep"
  | "too_large"
  | "too_slow"
  | "unreadable";

/** A file or folder of which nothing was read. The message is a sentence for a person and names the path. */
export interface SkippedPath {
  readonly kind: "skipped";
  readonly path: string;
  readonly reason: SkipReason;
  readonly message: string;
}

/** A file that was read, but not all of it. The message is a sentence for a person and names path and line. */
export interface IngestWarning {
  readonly kind: "warning";
  readonly path: string;
  readonly reason: "syntax_error" | "invalid_lines";
  /** The first bad line, counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface IngestSummary {
  readonly kind: "summary";
  /** Files of a kind we read; the others under the root are not counted. */
  readonly filesTotal: number;
  readonly targets: Readonly<Record<TargetContent["type"], number>>;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly warnings: number;
}

/** Paths in events are relative to the root, with `/`. `progress` comes after each file, the `summary` last. */
export type IngestEvent =
  | { readonly kind: "target"; readonly target: IngestedTarget }
  | { readonly kind: "progress"; readonly filesSeen: number; readonly filesTotal: number }
  | SkippedPath
  | IngestWarning
  | IngestSummary;

/** What reading one file gives. */
export type FileEvent = Extract<IngestEvent, { kind: "target" | "skipped" | "warning" }>;

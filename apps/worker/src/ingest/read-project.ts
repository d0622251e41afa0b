import { basename, join } from "node:path";
import type { TargetContent } from "@sluice/core";
import { assertNever } from "@sluice/core";
import { chooseReader, findSource, type Reader } from "./choose-reader.js";
import { readCode } from "./code/read-code.js";
import { isDeclaredConversation, readConversations } from "./conversations/read-conversations.js";
import { readDocument } from "./documents/read-document.js";
import { IngestError } from "./ingest-error.js";
import type { FileEvent, IngestEvent, IngestSummary, SkipReason } from "./ingest-event.js";
import { readTextFile } from "./read-text-file.js";
import { storableId } from "./storable-id.js";
import { type Project, walkProject } from "./walk-project.js";

export interface IngestOptions {
  /** Larger source files and documents are skipped unread. 2 MB. */
  readonly maxFileBytes?: number;
  /** The same for .json and .jsonl. 20 MB. */
  readonly maxConversationFileBytes?: number;
  /** Put before the id of every target, so that targets of several roots do not collide. Empty. */
  readonly idPrefix?: string;
  /** Ends the reading between two files; the iteration then throws its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a folder or a single file into targets, file by file in the order of their paths, holding one at a time.
 * Faults of single files are events. Throws `IngestError` when the root cannot be read or gives no target at all.
 */
export async function* readProject(root: string, options: IngestOptions = {}): AsyncGenerator<IngestEvent> {
  const { signal } = options;
  const project = await walkProject(root, signal);
  const files = chooseFiles(project);
  const tally = createTally(files.length);
  for (const skipped of project.skipped) yield tally.add(skipped);
  let filesSeen = 0;
  for (const file of files) {
    signal?.throwIfAborted();
    for (const event of await readFile(file, project, options).catch((error) => skipTooDeep(file, error))) {
      yield tally.add(withStorableId(event, options.idPrefix ?? ""));
    }
    filesSeen++;
    yield { kind: "progress", filesSeen, filesTotal: files.length };
  }
  const summary = tally.summary();
  if (Object.values(summary.targets).every((count) => count === 0))
    throw nothingFound(root, project, summary);
  yield summary;
}

interface ChosenFile {
  readonly path: string;
  readonly reader: Exclude<Reader, { kind: "none" }>;
  readonly source: string | null;
}

function chooseFiles({ paths, isSingleFile }: Project): ChosenFile[] {
  const all = new Set(paths);
  return paths.flatMap((path) => {
    const reader = chooseReader(path, isSingleFile);
    return reader.kind === "none" ? [] : [{ path, reader, source: findSource(path, (it) => all.has(it)) }];
  });
}

async function readFile(
  file: ChosenFile,
  project: Project,
  options: IngestOptions,
): Promise<readonly FileEvent[]> {
  const { path, reader, source } = file;
  if (source !== null) {
    return [
      { kind: "skipped", path, reason: "source_beside", message: `${path} says the same as ${source}` },
    ];
  }
  const { maxFileBytes = 2_000_000, maxConversationFileBytes = 20_000_000 } = options;
  const limit = reader.kind === "conversation" ? maxConversationFileBytes : maxFileBytes;
  const text = await readTextFile({ absolutePath: join(project.folder, path), path }, limit);
  if (typeof text !== "string") return [text];
  switch (reader.kind) {
    case "code":
      return readCode(path, text, reader.language);
    case "document":
      return [readDocument(path, text)];
    case "conversation":
      return readConversations(path, text, project.isSingleFile || isDeclared(file, project));
    default:
      return assertNever(reader);
  }
}

/** Definitions are looked for as they nest; no file that somebody wrote nests so deep that the stack ends. */
function skipTooDeep({ path }: ChosenFile, error: unknown): readonly FileEvent[] {
  if (!(error instanceof RangeError)) throw error;
  return [{ kind: "skipped", path, reason: "too_deep", message: `${path} nests too deep to be read` }];
}

/** The root itself may be the folder of conversations. */
function isDeclared({ path }: ChosenFile, { folder }: Project): boolean {
  return isDeclaredConversation(`${basename(folder)}/${path}`);
}

function withStorableId(event: FileEvent, prefix: string): FileEvent {
  if (event.kind !== "target") return event;
  const { ref, content } = event.target;
  return { kind: "target", target: { ref: { ...ref, id: storableId(`${prefix}${ref.id}`) }, content } };
}

function createTally(filesTotal: number) {
  const targets: Record<TargetContent["type"], number> = {
    code_entity: 0,
    project_document: 0,
    conversation: 0,
  };
  const skipped: Partial<Record<SkipReason, number>> = {};
  let warnings = 0;
  return {
    add<Event extends FileEvent>(event: Event): Event {
      if (event.kind === "target") targets[event.target.ref.type]++;
      if (event.kind === "skipped") skipped[event.reason] = (skipped[event.reason] ?? 0) + 1;
      if (event.kind === "warning") warnings++;
      return event;
    },
    summary: (): IngestSummary => ({ kind: "summary", filesTotal, targets, skipped, warnings }),
  };
}

function nothingFound(root: string, project: Project, summary: IngestSummary): IngestError {
  const skips = Object.entries(summary.skipped).map(
    ([reason, count]) => `${count} ${reason.replaceAll("_", " ")}`,
  );
  const seen = project.isSingleFile
    ? `there is nothing in ${root} to enrich`
    : `none of the ${project.paths.length} files under ${root} gives anything to enrich`;
  const why = skips.length === 0 ? "" : ` (skipped: ${skips.join(", ")})`;
  return new IngestError({
    code: "nothing_found",
    path: root,
    message: `${seen}${why}; what is read: JavaScript, TypeScript, Python, Go, Rust and Java sources, Markdown and text documents, and conversations as .json or .jsonl`,
  });
}

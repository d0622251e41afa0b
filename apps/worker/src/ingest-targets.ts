import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { TargetContent } from "@sluice/core";
import { enrichEntitySummaryKeywords, generateTopics } from "@sluice/handlers-ai/tasks";
import type { Jobs } from "@sluice/runner";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import type { PutAnswer, StoredTargetRepository } from "@sluice/store-drizzle/targets";
import { contentHash } from "./ingest/content-hash.js";
import { findUnreadTargets, isUnread } from "./ingest/find-unread-targets.js";
import { IngestError } from "./ingest/ingest-error.js";
import type { IngestEvent, IngestedTarget } from "./ingest/ingest-event.js";
import { readProject } from "./ingest/read-project.js";

/** What a reading came to. */
export interface IngestReport {
  readonly targets: Readonly<Record<TargetContent["type"], number>>;
  /** Made for what is new, or has changed. */
  readonly jobs: number;
  /** For so many a job waits already. */
  readonly waiting: number;
  readonly unchanged: number;
  /** Left out, because another origin has a target of that id. */
  readonly refused: number;
  readonly vanished: number;
  /** What was not read, or not wholly: one sentence each. */
  readonly problems: readonly string[];
}

export interface IngestOptions {
  readonly db: DrizzleTransaction;
  readonly targets: StoredTargetRepository;
  readonly jobs: Jobs<DrizzleTransaction>;
  readonly onEvent?: (event: IngestEvent) => void;
  readonly idPrefix?: string;
}

// The absolute path is the targets' origin: another reading of the same place finds what has vanished. Ids are relative to it, so
// that a project may move: two that have a file of one name each must not take it from one another at every reading.

const batchSize = 200;

/**
 * Reads a project into the targets, and enqueues a job for each that is new or has changed, both in one transaction per
 * batch: no target is left without its job. What is unchanged and enriched is left alone; what was there and is not any more is marked,
 * also where nothing is left, which is an IngestError all the same.
 */
export async function ingestTargets(root: string, options: IngestOptions): Promise<IngestReport> {
  const { targets, onEvent, idPrefix = "" } = options;
  const counts = { jobs: 0, waiting: 0, unchanged: 0, refused: 0 };
  const found = { code_entity: 0, project_document: 0, conversation: 0 };
  const problems: string[] = [];
  const seen: IngestedTarget["ref"][] = [];
  const unread: string[] = [];
  let batch: IngestedTarget[] = [];

  const write = async () => {
    const { answers, queued } = await putAndEnqueue(root, batch, options);
    const needed = answers.filter(needsJob).length;
    const refused = answers.filter(({ change }) => change === "refused");
    counts.jobs += queued;
    counts.waiting += needed - queued;
    counts.refused += refused.length;
    counts.unchanged += answers.length - needed - refused.length;
    problems.push(...refused.map(describeRefusal));
    batch = [];
  };

  const markVanished = async () => {
    const origin = resolve(root);
    const kept = await findUnreadTargets(options.db, origin, { paths: unread, idPrefix });
    return await targets.markVanished(origin, [...seen, ...kept]);
  };

  try {
    for await (const event of readProject(root, { idPrefix })) {
      onEvent?.(event);
      if (event.kind === "skipped" || event.kind === "warning") problems.push(event.message);
      if (isUnread(event)) unread.push(event.path);
      if (event.kind !== "target") continue;
      batch.push(event.target);
      seen.push(event.target.ref);
      found[event.target.ref.type] += 1;
      if (batch.length >= batchSize) await write();
    }
  } catch (error) {
    // The place is there, and has nothing any more.
    if (error instanceof IngestError && error.code === "nothing_found") await markVanished();
    throw error;
  }
  await write();
  return { targets: found, ...counts, vanished: await markVanished(), problems };
}

async function putAndEnqueue(
  root: string,
  batch: readonly IngestedTarget[],
  { db, targets, jobs }: IngestOptions,
): Promise<{ readonly answers: readonly PutAnswer[]; readonly queued: number }> {
  if (batch.length === 0) return { answers: [], queued: 0 };
  const hashed = batch.map(({ ref, content }) => ({ ref, content, contentHash: contentHash(content) }));
  return db.transaction(async (tx) => {
    // What has moved is not where it was.
    const answers = await targets.put(resolve(root), hashed, { tx, keeps: existsSync });
    const wanted = answers.filter(needsJob).map(({ ref, change }) => ({ ...ref, change }));
    const entities = wanted.flatMap((one) =>
      one.type === "conversation" ? [] : [{ ...one, type: one.type }],
    );
    const conversations = wanted.flatMap((one) =>
      one.type === "conversation" ? [{ ...one, type: one.type }] : [],
    );
    const made = [
      await jobs.enqueueMany(enrichEntitySummaryKeywords, entities.map(jobFor), { tx }),
      await jobs.enqueueMany(generateTopics, conversations.map(jobFor), { tx }),
    ];
    return { answers, queued: made.reduce((sum, { created, rerun }) => sum + created + rerun, 0) };
  });
}

/** Behind a job that runs with what was there before, there is another; for what is the same, the one that lives will do. */
function jobFor<Type extends string>({
  type,
  id,
  change,
}: {
  type: Type;
  id: string;
  change: PutAnswer["change"];
}) {
  const name = `${type}:${id}`;
  const dedupeKey = name.length <= 512 ? name : createHash("sha256").update(name).digest("hex");
  const dedupe = change === "same" ? "keep" : "rerun";
  return { payload: {}, target: { type, id }, dedupeKey, dedupe } as const;
}

function describeRefusal({ ref, before }: PutAnswer): string {
  return `${ref.type} ${ref.id} was left out: ${before} has one of that id, too; read one of the two with --prefix`;
}

function needsJob({ change, isEnriched }: PutAnswer): boolean {
  return change !== "refused" && (change !== "same" || !isEnriched);
}

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { TargetContent } from "@sluice/core";
import { enrichEntitySummaryKeywords, generateTopics } from "@sluice/handlers-ai/tasks";
import type { Jobs } from "@sluice/runner";
import type { DrizzleTransaction } from "@sluice/store-drizzle";
import type { PutAnswer, StoredTargetRepository } from "@sluice/store-drizzle/targets";
import { contentHash } from "./ingest/content-hash.js";
import type { IngestEvent, IngestedTarget } from "./ingest/ingest-event.js";
import { readProject } from "./ingest/read-project.js";

/** What a reading came to. */
export interface IngestReport {
  readonly targets: Readonly<Record<TargetContent["type"], number>>;
  readonly jobs: number;
  readonly unchanged: number;
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

// The absolute path is the targets' origin: another reading of the same place finds what has vanished.

const batchSize = 200;

/**
 * Reads a project into the targets, and enqueues a job for each that is new or has changed, both in one transaction per
 * batch: no target is left without its job. What is unchanged and enriched is left alone.
 */
export async function ingestTargets(root: string, options: IngestOptions): Promise<IngestReport> {
  const { targets, onEvent, idPrefix = "" } = options;
  const report = { targets: { code_entity: 0, project_document: 0, conversation: 0 }, jobs: 0, unchanged: 0 };
  const problems: string[] = [];
  const seen: IngestedTarget["ref"][] = [];
  let batch: IngestedTarget[] = [];

  const write = async () => {
    const answers = await putAndEnqueue(root, batch, options);
    report.jobs += answers.filter(needsJob).length;
    report.unchanged += answers.filter((answer) => !needsJob(answer)).length;
    batch = [];
  };

  for await (const event of readProject(root, { idPrefix })) {
    onEvent?.(event);
    if (event.kind === "skipped" || event.kind === "warning") problems.push(event.message);
    if (event.kind !== "target") continue;
    batch.push(event.target);
    seen.push(event.target.ref);
    report.targets[event.target.ref.type] += 1;
    if (batch.length >= batchSize) await write();
  }
  await write();
  const vanished = await targets.markVanished(resolve(root), seen);
  return { ...report, vanished, problems };
}

async function putAndEnqueue(
  root: string,
  batch: readonly IngestedTarget[],
  { db, targets, jobs }: IngestOptions,
): Promise<readonly PutAnswer[]> {
  if (batch.length === 0) return [];
  const hashed = batch.map(({ ref, content }) => ({ ref, content, contentHash: contentHash(content) }));
  return db.transaction(async (tx) => {
    const answers = await targets.put(resolve(root), hashed, { tx });
    const wanted = answers.filter(needsJob).map(({ ref }) => ref);
    const entities = wanted.flatMap(({ type, id }) => (type === "conversation" ? [] : [{ type, id }]));
    const conversations = wanted.flatMap(({ type, id }) => (type === "conversation" ? [{ type, id }] : []));
    await jobs.enqueueMany(enrichEntitySummaryKeywords, entities.map(jobFor), { tx });
    await jobs.enqueueMany(generateTopics, conversations.map(jobFor), { tx });
    return answers;
  });
}

function jobFor<Type extends string>(target: { readonly type: Type; readonly id: string }) {
  const name = `${target.type}:${target.id}`;
  const dedupeKey = name.length <= 512 ? name : createHash("sha256").update(name).digest("hex");
  return { payload: {}, target, dedupeKey, dedupe: "rerun" } as const;
}

function needsJob({ change, isEnriched }: PutAnswer): boolean {
  return change !== "same" || !isEnriched;
}

import type { ConversationTopic, JobCount, JobStatus } from "@sluice/core";
import type { StoredTarget } from "@sluice/store-drizzle/targets";

/** What a demo run has found, as it is printed with `--json`. */
export interface DemoResult {
  readonly jobs: Partial<Record<JobStatus, number>>;
  readonly targets: readonly {
    readonly type: string;
    readonly id: string;
    readonly summary: string;
    readonly keywords: readonly string[];
  }[];
  readonly topics: readonly ({ readonly conversation: string } & ConversationTopic)[];
  readonly problems: readonly string[];
  readonly durationMs: number;
  readonly jobsPerSecond: number;
}

export function collectResult(
  counts: readonly JobCount[],
  stored: readonly StoredTarget[],
  { durationMs, problems }: { readonly durationMs: number; readonly problems: readonly string[] },
): DemoResult {
  const jobs = sumByStatus(counts);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return {
    jobs,
    targets: stored.flatMap(({ ref, enrichment }) =>
      enrichment?.kind === "summary"
        ? [{ ...ref, summary: enrichment.summary, keywords: enrichment.keywords }]
        : [],
    ),
    topics: stored.flatMap(({ ref, enrichment }) =>
      enrichment?.kind === "topics"
        ? enrichment.topics.map((topic) => ({ conversation: ref.id, ...topic }))
        : [],
    ),
    problems,
    durationMs: Math.round(durationMs),
    jobsPerSecond: Math.round((total / Math.max(1, durationMs)) * 10_000) / 10,
  };
}

export function sumByStatus(counts: readonly JobCount[]): Partial<Record<JobStatus, number>> {
  const sums: Partial<Record<JobStatus, number>> = {};
  for (const { status, count } of counts) sums[status] = (sums[status] ?? 0) + count;
  return sums;
}

import type { AnyTask } from "@sluice/core";
import { enrichEntitySummaryKeywords, generateTopics } from "@sluice/handlers-ai/tasks";

/** What the service can be asked to do, by type. */
export const builtInTasks: ReadonlyMap<string, AnyTask> = new Map(
  [enrichEntitySummaryKeywords, generateTopics].map((task) => [task.type, task]),
);

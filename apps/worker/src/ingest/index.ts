export { contentHash } from "./content-hash.js";
export { exampleConversationsFolder } from "./example-conversations.js";
export { IngestError, type IngestErrorCode } from "./ingest-error.js";
export type {
  IngestEvent,
  IngestedTarget,
  IngestSummary,
  IngestWarning,
  SkippedPath,
  SkipReason,
} from "./ingest-event.js";
export { type IngestOptions, readProject } from "./read-project.js";

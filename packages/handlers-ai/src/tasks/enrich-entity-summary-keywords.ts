import { defineTask } from "@sluice/core";
import { aiPayload } from "./ai-payload.js";

/** Finds a short summary and keywords of a code entity or a document. */
export const enrichEntitySummaryKeywords = defineTask({
  type: "enrich_entity_summary_keywords",
  payload: aiPayload,
  targets: ["code_entity", "project_document"],
});

import { type Handler, handle, UnroutableError } from "@sluice/core";
import { clampSummary } from "../output/clamp-answer.js";
import { summarySchema } from "../output/wire-schemas.js";
import { enrichEntitySummaryKeywords } from "../tasks/enrich-entity-summary-keywords.js";
import { askModel } from "./ask-model.js";
import { type EnrichSettings, enrichTarget, promptWithin } from "./enrich-target.js";

/** Summary and keywords of a code entity or a document. */
export function enrichHandler<Tx>(settings: EnrichSettings<Tx>): Handler<Tx> {
  const { resolved, calls, priceCall, gates, timeoutMs } = settings;
  return handle(enrichEntitySummaryKeywords, {
    gates,
    ...(timeoutMs !== undefined && { timeoutMs }),
    run: (run) =>
      enrichTarget(settings, run, {
        ask: async ({ content }) => {
          if (content.type === "conversation")
            throw new UnroutableError("a conversation has topics, not a summary");
          return askModel({
            ...run,
            resolved,
            calls,
            priceCall,
            prompt: promptWithin(settings, run.payload, content),
            schema: summarySchema,
            content,
          });
        },
        clamp: clampSummary,
      }),
  });
}

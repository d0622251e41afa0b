import { type Handler, handle, type LoadedTarget, UnroutableError } from "@sluice/core";
import { clampTopics } from "../output/clamp-answer.js";
import { topicsSchema } from "../output/wire-schemas.js";
import { promptFor } from "../prompts/describe-target.js";
import { generateTopics } from "../tasks/generate-topics.js";
import { askModel } from "./ask-model.js";
import { type EnrichSettings, enrichTarget } from "./enrich-target.js";

/** Topics of a conversation. */
export function topicsHandler<Tx>(settings: EnrichSettings<Tx>): Handler<Tx> {
  const { resolved, calls, gates, timeoutMs } = settings;
  return handle(generateTopics, {
    gates,
    ...(timeoutMs !== undefined && { timeoutMs }),
    run: (run) =>
      enrichTarget(settings, run, {
        ask: async ({ content }) =>
          askModel({ ...run, resolved, calls, prompt: promptFor(content), schema: topicsSchema, content }),
        clamp: (output, loaded) => clampTopics(output, conversationOf(loaded).messages.length),
      }),
  });
}

function conversationOf({ content }: LoadedTarget) {
  if (content.type !== "conversation") throw new UnroutableError(`a ${content.type} is not a conversation`);
  return content;
}

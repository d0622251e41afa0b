import { type Handler, handle, type LoadedTarget, UnroutableError } from "@sluice/core";
import { clampTopics } from "../output/clamp-answer.js";
import { type TopicsAnswer, topicsSchema } from "../output/wire-schemas.js";
import { generateTopics } from "../tasks/generate-topics.js";
import { type Answer, askModel } from "./ask-model.js";
import { type EnrichSettings, enrichTarget, promptWithin } from "./enrich-target.js";

/** Topics of a conversation. */
export function topicsHandler<Tx>(settings: EnrichSettings<Tx>): Handler<Tx> {
  const { resolved, calls, priceCall, gates, timeoutMs } = settings;
  return handle(generateTopics, {
    gates,
    ...(timeoutMs !== undefined && { timeoutMs }),
    run: (run) =>
      enrichTarget(settings, run, {
        ask: async (loaded) => {
          const content = conversationOf(loaded);
          if (content.messages.length === 0) return noTopics;
          const prompt = promptWithin(settings, run.payload, content);
          return askModel({
            ...run,
            resolved,
            calls,
            priceCall,
            prompt,
            schema: topicsSchema,
            content,
          });
        },
        clamp: (output, loaded) => clampTopics(output, conversationOf(loaded).messages.length),
      }),
  });
}

/** Nobody needs to be asked, or paid, for the topics of nothing. */
const noTopics: Answer<TopicsAnswer> = {
  output: { topics: [] },
  usage: null,
  asked: false,
  told: null,
  reject: () => Promise.resolve(),
};

function conversationOf({ content }: LoadedTarget) {
  if (content.type !== "conversation") throw new UnroutableError(`a ${content.type} is not a conversation`);
  return content;
}

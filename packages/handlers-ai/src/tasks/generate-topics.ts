import { defineTask } from "@sluice/core";
import { aiPayload } from "./ai-payload.js";

/** Finds the topics of a conversation: up to three, each with its range of messages. */
export const generateTopics = defineTask({
  type: "generate_topics",
  payload: aiPayload,
  targets: ["conversation"],
});

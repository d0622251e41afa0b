import type { ConversationContent, ProjectDocumentContent } from "@sluice/core";
import { createEmbeddedModel } from "@sluice/handlers-ai";
import { z } from "zod";

const answer = z.object({
  summary: z.string().optional(),
  topics: z
    .array(z.object({ summary: z.string(), fromMessage: z.number(), toMessage: z.number() }))
    .optional(),
});

export type EmbeddedAnswer = z.output<typeof answer>;

const model = createEmbeddedModel();

/** What the embedded model, in its thread, makes of a content. */
export async function askEmbedded(
  name: "document_summary" | "topics",
  content: ProjectDocumentContent | ConversationContent,
): Promise<EmbeddedAnswer> {
  const { content: parts } = await model.doGenerate({
    prompt: [],
    responseFormat: { type: "json", name },
    // JSON in, JSON out: nothing of it is shared.
    providerOptions: { embedded: { content: JSON.parse(JSON.stringify(content)) } },
  });
  const [part] = parts;
  return answer.parse(part?.type === "text" ? JSON.parse(part.text) : {});
}

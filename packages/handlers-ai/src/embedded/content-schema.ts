import type { CodeEntityContent, ConversationContent, ProjectDocumentContent } from "@sluice/core";
import { z } from "zod";

const codeEntity: z.ZodType<CodeEntityContent> = z.object({
  type: z.literal("code_entity"),
  kind: z.string(),
  name: z.string(),
  container: z.string().nullable(),
  language: z.string(),
  path: z.string(),
  startLine: z.number(),
  endLine: z.number(),
  documentation: z.string().nullable(),
  source: z.string(),
});

const projectDocument: z.ZodType<ProjectDocumentContent> = z.object({
  type: z.literal("project_document"),
  path: z.string(),
  title: z.string().nullable(),
  format: z.enum(["markdown", "text"]),
  text: z.string(),
});

const conversation: z.ZodType<ConversationContent> = z.object({
  type: z.literal("conversation"),
  title: z.string().nullable(),
  messages: z.array(z.object({ speaker: z.string(), text: z.string() })),
});

/** What the model can be asked for: the name of the answer, and what it is made from. */
export const embeddedRequestSchema = z.discriminatedUnion("name", [
  z.object({ name: z.literal("entity_summary"), content: codeEntity }),
  z.object({ name: z.literal("document_summary"), content: projectDocument }),
  z.object({ name: z.literal("topics"), content: conversation }),
]);

export type EmbeddedRequest = z.infer<typeof embeddedRequestSchema>;

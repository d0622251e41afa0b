import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import {
  InvalidArgumentError,
  type LanguageModelV4,
  type LanguageModelV4CallOptions,
  type LanguageModelV4FinishReason,
  type LanguageModelV4StreamPart,
  type LanguageModelV4Usage,
  UnsupportedFunctionalityError,
} from "@ai-sdk/provider";
import { answerRequest } from "./answer-request.js";
import { type Answering, createAnsweringThread } from "./answering-thread.js";
import { type EmbeddedRequest, embeddedRequestSchema } from "./content-schema.js";

const names: readonly string[] = ["entity_summary", "document_summary", "topics"];

const usage: LanguageModelV4Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};
const finishReason: LanguageModelV4FinishReason = { unified: "stop", raw: "stop" };

/**
 * The model that needs no key, no network and no weights: it picks sentences and words out of what it is given, and
 * fills templates for code. It reads no prompts. It wants a JSON response format named `entity_summary`,
 * `document_summary` or `topics`, and `providerOptions.embedded.content`, a `TargetContent` of the kind that goes with it;
 * it answers one text part with `{summary, keywords}` or `{topics}` as JSON. The same content has the same answer.
 *
 * @throws UnsupportedFunctionalityError if asked for anything else; InvalidArgumentError if the content is missing or of
 * another kind.
 */
export function createEmbeddedModel(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "embedded",
    modelId: "extractive",
    supportedUrls: {},
    doGenerate: async (options) => ({
      content: [{ type: "text", text: await answering()(readRequest(options), options.abortSignal) }],
      finishReason,
      usage,
      warnings: [],
    }),
    doStream: async (options) => ({
      stream: streamOf(await answering()(readRequest(options), options.abortSignal)),
    }),
  };
}

let shared: Answering | null = null;

/** One thread serves all models of a process. */
function answering(): Answering {
  shared ??= chooseAnswering(new URL("./embedded-worker.js", import.meta.url));
  return shared;
}

/** In a thread if its script is there, as it is in the built package; in process when run from source or from a bundle. */
function chooseAnswering(script: URL): Answering {
  return script.protocol === "file:" && existsSync(script) ? createAnsweringThread(script) : answerInProcess;
}

const answerInProcess: Answering = async (request, signal) => {
  await setImmediate();
  signal?.throwIfAborted();
  return JSON.stringify(answerRequest(request));
};

function readRequest({ responseFormat, providerOptions }: LanguageModelV4CallOptions): EmbeddedRequest {
  const name = responseFormat?.type === "json" ? responseFormat.name : undefined;
  if (name === undefined || !names.includes(name)) {
    throw new UnsupportedFunctionalityError({
      functionality: `response format ${name ?? responseFormat?.type ?? "text"}`,
      message: `The embedded model answers JSON named ${names.join(", ")}; it was asked for ${name ?? "something without a name"}.`,
    });
  }
  const read = embeddedRequestSchema.safeParse({ name, content: providerOptions?.["embedded"]?.["content"] });
  if (read.success) return read.data;
  throw new InvalidArgumentError({
    argument: "providerOptions.embedded.content",
    message: `The embedded model needs the content of a target in providerOptions.embedded.content, fit for ${name}.`,
    cause: read.error,
  });
}

function streamOf(text: string): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue({ type: "stream-start", warnings: [] });
      controller.enqueue({ type: "text-start", id: "0" });
      controller.enqueue({ type: "text-delta", id: "0", delta: text });
      controller.enqueue({ type: "text-end", id: "0" });
      controller.enqueue({ type: "finish", finishReason, usage });
      controller.close();
    },
  });
}

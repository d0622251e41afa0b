import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { createEmbeddedModel } from "@sluice/handlers-ai";
import { z } from "zod";
import { createRequestQuota, type RequestQuota } from "./request-quota.js";

/** The embedded model behind HTTP and a quota, so that one can watch how Sluice lives with a provider's limit. */
export interface LocalProvider {
  /** Asks this provider over real HTTP, as any other. */
  readonly model: LanguageModelV4;
  readonly counts: { readonly answered: number; readonly refused: number };
  close(): Promise<void>;
}

const maxBodyBytes = 20_000_000;

// What the OpenAI-compatible client sends; `content` is the structured target, passed on as a provider option.
const chatRequest = z.object({
  response_format: z.object({ json_schema: z.object({ name: z.string() }) }),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  content: z.record(z.string(), z.json()),
});

/** Listens on a free port of 127.0.0.1. */
export async function startLocalProvider({
  requestsPerMinute,
}: {
  requestsPerMinute: number;
}): Promise<LocalProvider> {
  const embedded = createEmbeddedModel();
  const quota = createRequestQuota(requestsPerMinute);
  const counts = { answered: 0, refused: 0 };
  const server = createServer((request, response) => {
    void answer(request, response, { embedded, quota, counts, requestsPerMinute });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const provider = createOpenAICompatible({
    name: "embedded",
    baseURL: `http://127.0.0.1:${port}/v1`,
    supportsStructuredOutputs: true,
  });
  return { model: provider("extractive"), counts, close: () => closeServer(server) };
}

interface Desk {
  readonly embedded: LanguageModelV4;
  readonly quota: RequestQuota;
  readonly counts: { answered: number; refused: number };
  readonly requestsPerMinute: number;
}

async function answer(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  try {
    const body = await readBody(request);
    const turn = desk.quota.take(performance.now());
    const limit = { "x-ratelimit-limit-requests": String(desk.requestsPerMinute) };
    if (!turn.accepted) {
      desk.counts.refused += 1;
      const wait = {
        "retry-after": String(Math.ceil(turn.waitMs / 1_000)),
        "retry-after-ms": String(turn.waitMs),
      };
      const message = `Rate limit reached on requests per min (RPM): Limit ${desk.requestsPerMinute}. Please try again in ${turn.waitMs}ms.`;
      send(
        response,
        429,
        { error: { message, type: "requests", code: "rate_limit_exceeded" } },
        { ...wait, ...limit },
      );
      return;
    }
    const text = await generate(desk.embedded, chatRequest.parse(JSON.parse(body)));
    desk.counts.answered += 1;
    send(response, 200, chatCompletion(text), {
      ...limit,
      "x-ratelimit-remaining-requests": String(turn.remaining),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : "bad request";
    send(response, 400, { error: { message, type: "invalid_request_error", code: null } });
  }
}

async function generate(model: LanguageModelV4, request: z.output<typeof chatRequest>): Promise<string> {
  const options: LanguageModelV4CallOptions = {
    prompt: [],
    responseFormat: { type: "json", name: request.response_format.json_schema.name },
    providerOptions: { embedded: { content: request.content } },
  };
  const { content } = await model.doGenerate(options);
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");
}

function chatCompletion(text: string) {
  const message = { role: "assistant", content: text };
  return {
    id: "local",
    object: "chat.completion",
    created: 0,
    model: "extractive",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error(`the request is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

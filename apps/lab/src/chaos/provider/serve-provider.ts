import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "@sluice/core";
import { z } from "zod";
import { createProviderBook, type ProviderBook } from "./provider-book.js";
import { moodChange, type ProviderMood, quotaOfMood, shareOfBadAnswers } from "./provider-mood.js";
import { questionOf } from "./question-of.js";

const chatRequest = z.object({ messages: z.array(z.object({ role: z.string(), content: z.string() })) });

/** So long a good answer takes, at least and at most. */
const answerMs = { least: 20, most: 400 };
/** Then a provider that hangs closes the connection without a word. */
const hangMs = 20_000;

export interface ServedProvider {
  readonly port: number;
  close(): void;
}

/**
 * A provider that speaks OpenAI's protocol on 127.0.0.1, with a quota, moods and a book. `POST /mood` changes the mood, `GET /book`
 * answers what was seen.
 */
export async function serveProvider(random: Random): Promise<ServedProvider> {
  const book = createProviderBook();
  let mood: ProviderMood = "well";
  const quota = createQuota(() => quotaOfMood[mood]);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (request.url === "/mood") {
      mood = moodChange.parse(JSON.parse(body)).mood;
      return send(response, 200, { mood });
    }
    if (request.url === "/book") return send(response, 200, book.entries());
    const { messages } = chatRequest.parse(JSON.parse(body));
    return answerQuestion(response, questionOf(messages), book);
  }

  async function answerQuestion(
    response: ServerResponse,
    question: string,
    { noteCall, noteAnswer, noteGarbage }: ProviderBook,
  ): Promise<void> {
    noteCall(question);
    const waitMs = quota.take();
    if (waitMs !== null) return refuse(response, waitMs, random.fraction());
    const asked = mood;
    if (asked !== "well" && asked !== "quota" && random.fraction() < shareOfBadAnswers) {
      if (asked === "garbage") noteGarbage(question);
      return misbehave(response, asked);
    }
    await sleep(answerMs.least + (answerMs.most - answerMs.least) * random.fraction());
    noteAnswer(question);
    send(response, 200, completion(JSON.stringify({ summary: summaryOf(question), keywords: ["chaos"] })));
  }

  const server = createServer((request, response) => {
    // Whoever was killed does not read the answer: that is none of the provider's business.
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function misbehave(response: ServerResponse, mood: "down" | "hang" | "garbage"): Promise<void> {
  switch (mood) {
    case "down":
      return send(response, 503, { error: { message: "The server is overloaded", type: "server_error" } });
    case "garbage":
      return send(response, 200, completion("As a language model, I would rather talk about the weather."));
    case "hang":
      await sleep(hangMs);
      response.destroy();
  }
}

/** Some providers name the wait in a header, some in the text, some not at all. */
function refuse(response: ServerResponse, waitMs: number, chance: number): void {
  const told = chance < 1 / 3 ? { "retry-after": String(Math.ceil(waitMs / 1_000)) } : {};
  const words = chance > 2 / 3 ? ` Please try again in ${Math.ceil(waitMs)}ms.` : "";
  send(
    response,
    429,
    { error: { message: `Rate limit reached for requests.${words}`, code: "rate_limit_exceeded" } },
    told,
  );
}

function createQuota(perMinute: () => number): { take(): number | null } {
  let permits = 10;
  let filledAtMs = performance.now();
  return {
    take() {
      const nowMs = performance.now();
      const perMs = perMinute() / 60_000;
      permits = Math.min(10, permits + (nowMs - filledAtMs) * perMs);
      filledAtMs = nowMs;
      if (permits < 1) return (1 - permits) / perMs;
      permits -= 1;
      return null;
    },
  };
}

function completion(content: string) {
  return {
    id: "chaos",
    object: "chat.completion",
    created: 0,
    model: "chaos",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}

/** Another one for each question, so that a result can be told from another's. */
function summaryOf(question: string): string {
  return `It was asked in ${question.length} characters.`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body: object, headers: object = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import type { CallLedger, TargetRepository } from "@sluice/core";
import { aiHandlers, enrichEntitySummaryKeywords } from "@sluice/handlers-ai";
import { createSeededRandom, runHandler } from "@sluice/runner/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BookEntry } from "./provider-book.js";
import { type ServedProvider, serveProvider } from "./serve-provider.js";

let provider: ServedProvider;
beforeAll(async () => {
  provider = await serveProvider(createSeededRandom(1));
});
afterAll(() => provider.close());

const documents = ["a", "b"].map((id) => ({
  type: "project_document" as const,
  path: `${id}.md`,
  title: id,
  format: "markdown" as const,
  text: `Document ${id}.`,
}));
const targets: TargetRepository<unknown> = {
  load: async ({ id }) => {
    const content = documents.find(({ path }) => path === id);
    return content === undefined ? null : { content, contentHash: id };
  },
  save: async () => "saved",
};
/** As if every answer were lost in a crash. */
const forgetful: CallLedger = {
  find: async () => null,
  recordSent: async () => "call",
  recordReceived: async () => undefined,
  recordFailed: async () => undefined,
  recordUnusable: async () => undefined,
};

test("what is paid for twice is seen: a job that asks again shares its entry in the book, and no other does", async () => {
  const url = `http://127.0.0.1:${provider.port}`;
  const env = { OPENAI_COMPATIBLE_BASE_URL: `${url}/v1` };
  const handlers = aiHandlers({ model: "openai-compatible:chaos", targets, calls: forgetful, env });
  const handler = handlers.find(({ task }) => task === enrichEntitySummaryKeywords);
  if (handler === undefined) throw new Error("there is a handler for summaries");
  for (const id of ["a.md", "b.md", "a.md", "a.md"])
    await runHandler(handler, { payload: {}, target: { type: "project_document", id } } as object);
  const book = (await (await fetch(`${url}/book`)).json()) as BookEntry[];
  expect(book.toSorted((one, other) => one.calls - other.calls)).toEqual([
    { calls: 1, answered: 1, garbled: 0 },
    { calls: 3, answered: 3, garbled: 0 },
  ]);
});

test("nonsense is in the book, and is no answer", async () => {
  const url = `http://127.0.0.1:${provider.port}`;
  await fetch(`${url}/mood`, { method: "POST", body: JSON.stringify({ mood: "garbage" }) });
  const asked = { method: "POST", body: JSON.stringify({ messages: [{ role: "user", content: "c" }] }) };
  for (let call = 0; call < 8; call++) await (await fetch(`${url}/v1/chat/completions`, asked)).text();
  const book = (await (await fetch(`${url}/book`)).json()) as BookEntry[];
  const entry = book.find(({ calls }) => calls === 8);
  expect(entry?.garbled).toBeGreaterThan(0);
  expect(entry?.answered).toBe(8 - (entry?.garbled ?? 0));
});

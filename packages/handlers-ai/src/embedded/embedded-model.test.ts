import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { InvalidArgumentError, type LanguageModelV4, UnsupportedFunctionalityError } from "@ai-sdk/provider";
import type { ProjectDocumentContent } from "@sluice/core";
import { generateText, Output } from "ai";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it as test } from "vitest";
import { z } from "zod";
import { createEmbeddedModel } from "./embedded-model.js";

const summarySchema = z.object({ summary: z.string(), keywords: z.array(z.string()) });
const page: ProjectDocumentContent = {
  type: "project_document",
  path: "README.md",
  title: null,
  format: "markdown",
  text: "# Sluice\n\nSluice is a gate for AI work. It queues jobs, runs them on a fleet of workers, and keeps the fleet inside the quota of its model provider.",
};
const callOptions = (name: string, content: unknown, abortSignal?: AbortSignal) =>
  ({
    prompt: [{ role: "user", content: [{ type: "text", text: "Not read." }] }],
    responseFormat: { type: "json", name },
    providerOptions: { embedded: content === undefined ? {} : { content } },
    ...(abortSignal === undefined ? {} : { abortSignal }),
  }) as Parameters<LanguageModelV4["doGenerate"]>[0];

const root = fileURLToPath(new URL("../../", import.meta.url));
let built: string;

beforeAll(async () => {
  // Inside node_modules, so that the artifact finds the dependencies of the package as it would when installed.
  await mkdir(join(root, "node_modules/.embedded-model-test"), { recursive: true });
  built = await mkdtemp(join(root, "node_modules/.embedded-model-test/"));
  await build({
    entry: {
      "embedded-model": join(root, "src/embedded/embedded-model.ts"),
      "embedded-worker": join(root, "src/embedded/embedded-worker.ts"),
    },
    outDir: built,
    format: "esm",
    target: "node22",
    config: false,
    silent: true,
  });
}, 60_000);

afterAll(() => rm(built, { recursive: true }));

const builtModel = async (): Promise<LanguageModelV4> => {
  const artifact: { createEmbeddedModel: typeof createEmbeddedModel } = await import(
    /* @vite-ignore */ pathToFileURL(join(built, "embedded-model.js")).href
  );
  return artifact.createEmbeddedModel();
};

describe("the embedded model", () => {
  test("answers the AI SDK with an object, for nothing", async () => {
    const result = await generateText({
      model: createEmbeddedModel(),
      prompt: "Not read.",
      output: Output.object({ name: "document_summary", schema: summarySchema }),
      providerOptions: { embedded: { content: { ...page } } },
      maxRetries: 0,
    });
    expect(result.output.summary).toMatch(/^Sluice is a gate for AI work\./);
    expect(result.output.keywords).toContain("Sluice");
    expect(result.finishReason).toBe("stop");
    expect(result.usage).toMatchObject({ inputTokens: 0, outputTokens: 0, totalTokens: 0 });
  });

  test("answers code and conversations", async () => {
    const model = createEmbeddedModel();
    const answer = async (name: string, content: unknown) => {
      const { content: parts } = await model.doGenerate(callOptions(name, content));
      const [part] = parts;
      return part?.type === "text" ? JSON.parse(part.text) : undefined;
    };
    const code = {
      type: "code_entity",
      kind: "function",
      name: "isOpen",
      container: null,
      language: "TypeScript",
      path: "gate.ts",
      startLine: 1,
      endLine: 1,
      documentation: null,
      source: "const isOpen = (gate) => gate.open",
    };
    expect(await answer("entity_summary", code)).toMatchObject({
      summary: "Tells whether gate is open. It takes gate.",
    });
    const talk = {
      type: "conversation",
      title: null,
      messages: [{ speaker: "user", text: "The build fails on Windows with an error." }],
    };
    expect(await answer("topics", talk)).toEqual({
      topics: [expect.objectContaining({ purpose: "problem", fromMessage: 0, toMessage: 0 })],
    });
  });

  test("streams its answer in one piece", async () => {
    const { stream } = await createEmbeddedModel().doStream(callOptions("document_summary", page));
    const types: string[] = [];
    for await (const part of stream) types.push(part.type);
    expect(types).toEqual(["stream-start", "text-start", "text-delta", "text-end", "finish"]);
  });

  test("refuses what it was not made for", async () => {
    const model = createEmbeddedModel();
    await expect(model.doGenerate(callOptions("poem", page))).rejects.toSatisfy(
      UnsupportedFunctionalityError.isInstance,
    );
    await expect(model.doGenerate({ prompt: [] })).rejects.toSatisfy(
      UnsupportedFunctionalityError.isInstance,
    );
    await expect(model.doGenerate(callOptions("document_summary", undefined))).rejects.toSatisfy(
      InvalidArgumentError.isInstance,
    );
    await expect(model.doGenerate(callOptions("topics", page))).rejects.toSatisfy(
      InvalidArgumentError.isInstance,
    );
  });

  test("rejects with the reason of an aborted signal", async () => {
    const signal = AbortSignal.abort(new Error("cancelled"));
    await expect(
      createEmbeddedModel().doGenerate(callOptions("document_summary", page, signal)),
    ).rejects.toThrow("cancelled");
  });
});

describe("the built embedded model", () => {
  test("answers as its source does", async () => {
    const options = callOptions("document_summary", page);
    const fromSource = await createEmbeddedModel().doGenerate(options);
    expect(await (await builtModel()).doGenerate(options)).toEqual(fromSource);
  });

  test("leaves the event loop free while it works", async () => {
    const model = await builtModel();
    await model.doGenerate(callOptions("document_summary", page));
    const long = { ...page, text: `${page.text}\n\n`.repeat(300) };
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await model.doGenerate(callOptions("document_summary", long));
    isDone = true;
    expect(turns).toBeGreaterThan(20);
  });

  test("lets its process end when it is idle, and not before it has answered", async () => {
    const program = `
      const { createEmbeddedModel } = await import(${JSON.stringify(pathToFileURL(join(built, "embedded-model.js")).href)});
      createEmbeddedModel().doGenerate(${JSON.stringify(callOptions("document_summary", page))})
        .then(({ content }) => console.log(content[0].text));
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect(JSON.parse(stdout).summary).toMatch(/^Sluice is a gate/);
  });
});

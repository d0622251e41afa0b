import type { CodeEntityContent, ConversationContent } from "@sluice/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSample } from "../../test/fixtures/ingest/project-tree.js";
import { languageOf, readCode } from "./code/read-code.js";
import { contentHash } from "./content-hash.js";

const SAMPLES = ["queue.js", "gate.ts", "panel.tsx", "worker.py", "server.go", "store.rs", "Queue.java"];

/** A sample source whose lines were cut out, doubled and moved, so that names repeat and syntax breaks. */
const mangled = fc
  .record({
    name: fc.constantFrom(...SAMPLES),
    picks: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 12 }),
  })
  .map(async ({ name, picks }) => {
    const lines = (await readSample(name)).split("\n");
    const text = picks
      .flatMap(([start, length]) => lines.slice(start % lines.length).slice(0, length))
      .join("\n");
    return { name, text };
  });

test("whatever the source: ids are unique, ranges lie in the file, and the source is what stands there", async () => {
  await fc.assert(
    fc.asyncProperty(mangled, async (made) => {
      const { name, text } = await made;
      const language = languageOf(name.slice(name.indexOf(".")));
      if (language === undefined) throw new Error(`no language for ${name}`);
      const lines = text.split("\n");
      const ids = new Set<string>();
      for (const event of await readCode(name, text, language)) {
        if (event.kind !== "target" || event.target.content.type !== "code_entity") continue;
        const { id } = event.target.ref;
        const { startLine, endLine, source } = event.target.content;
        expect(ids).not.toContain(id);
        ids.add(id);
        expect(startLine).toBeGreaterThanOrEqual(1);
        expect(endLine).toBeLessThanOrEqual(lines.length);
        expect(source.split("\n")).toHaveLength(endLine - startLine + 1);
        expect(lines.slice(startLine - 1, endLine).join("\n")).toContain(source);
      }
    }),
    { numRuns: 200 },
  );
});

describe("the content hash", () => {
  const entity: fc.Arbitrary<CodeEntityContent> = fc.record({
    type: fc.constant("code_entity" as const),
    kind: fc.string(),
    name: fc.string(),
    container: fc.option(fc.string()),
    language: fc.string(),
    path: fc.string(),
    startLine: fc.nat(),
    endLine: fc.nat(),
    documentation: fc.option(fc.string()),
    source: fc.string(),
  });
  const conversation: fc.Arbitrary<ConversationContent> = fc.record({
    type: fc.constant("conversation" as const),
    title: fc.option(fc.string()),
    messages: fc.array(fc.record({ speaker: fc.string(), text: fc.string() })),
  });

  test("does not depend on the order of keys, at any depth", () => {
    const reverse = (object: object) => Object.fromEntries(Object.entries(object).reverse());
    fc.assert(
      fc.property(conversation, (content) => {
        const turned = {
          ...content,
          messages: content.messages.map((message) => reverse(message) as typeof message),
        };
        expect(contentHash(reverse(turned) as ConversationContent)).toBe(contentHash(content));
      }),
    );
  });

  test("does not depend on the place", () => {
    fc.assert(
      fc.property(entity, fc.nat(), fc.string(), (content, line, path) => {
        expect(contentHash({ ...content, path, startLine: line, endLine: line })).toBe(contentHash(content));
      }),
    );
  });

  test("depends on everything else", () => {
    fc.assert(
      fc.property(
        entity,
        entity,
        fc.constantFrom("kind", "name", "container", "documentation", "source"),
        (a, b, key) => {
          fc.pre(a[key] !== b[key]);
          expect(contentHash({ ...a, [key]: b[key] })).not.toBe(contentHash(a));
        },
      ),
    );
  });
});

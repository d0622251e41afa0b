import fc from "fast-check";
import { expect, test } from "vitest";
import { fitDocument } from "./fit-document.js";

const section = (name: string, lines: number) =>
  [`## ${name}`, ...Array.from({ length: lines }, (_, index) => `${name} line ${index}`)].join("\n");

test("a document that fits is left alone", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(fitDocument(text, text.length)).toBe(text);
    }),
  );
});

test("every section keeps its heading and its beginning, short ones are kept whole", () => {
  const text = [section("Install", 3), section("Reference", 2_000), section("Licence", 2)].join("\n");
  const fitted = fitDocument(text, 4_000);
  expect(fitted.length).toBeLessThanOrEqual(4_000);
  expect(fitted).toContain(section("Install", 3));
  expect(fitted).toContain(section("Licence", 2));
  expect(fitted).toContain("## Reference\nReference line 0\n");
  expect(fitted.match(/characters left out/g)).toHaveLength(1);
  expect(fitted.length).toBeGreaterThan(3_500);
});

test("a comment in a code block is no heading", () => {
  const code = `\`\`\`sh\n${"# not a heading\n".repeat(400)}\`\`\``;
  const fitted = fitDocument(`# Title\n\nLead.\n\n${code}\n\n# End\n\nLast words.`, 2_000);
  expect(fitted).toContain("# End\n\nLast words.");
  expect(fitted).toContain("# Title\n\nLead.");
});

test("whatever the document, it fits, and says that it was cut", () => {
  const part = fc.oneof(
    fc.string({ maxLength: 400 }),
    fc.constantFrom("# A", "## B", "```", "~~~~", "x".repeat(3_000), "\n\n"),
  );
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 80 }),
      fc.integer({ min: 1_000, max: 4_000 }),
      (parts, maxLength) => {
        const text = parts.join("\n");
        const fitted = fitDocument(text, maxLength);
        expect(fitted.length).toBeLessThanOrEqual(maxLength);
        if (text.length > maxLength) expect(fitted).toMatch(/characters left out/);
      },
    ),
  );
});

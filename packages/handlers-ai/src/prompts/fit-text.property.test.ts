import { checkJson } from "@sluice/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fitText } from "./fit-text.js";

const line = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
const long = fc
  .tuple(line, fc.constantFrom("\n", " ", "🙂"), fc.integer({ min: 1_100, max: 3_000 }))
  .map(([part, end, length]) => (part + end).repeat(Math.ceil(length / (part.length + end.length))));

test("a text that fits is left alone", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(10), (text, spare) => {
      expect(fitText(text, text.length + spare)).toBe(text);
    }),
  );
});

test("a cut text fits, says how much is missing, and keeps begin and end", () => {
  fc.assert(
    fc.property(long, fc.integer({ min: 200, max: 1_000 }), (text, maxLength) => {
      const fitted = fitText(text, maxLength);
      expect(fitted.length).toBeLessThanOrEqual(maxLength);
      expect(checkJson(fitted).ok).toBe(true);
      const [head = "", cut = "", tail = ""] = fitted.split(/\n\[… (\d+) characters left out …\]\n/);
      expect(head.length + Number(cut) + tail.length).toBe(text.length);
      // The characters at the cut may have been cut in half.
      expect(text.startsWith(head.slice(0, -1))).toBe(true);
      expect(text.endsWith(tail.slice(1))).toBe(true);
      expect(head.length).toBeGreaterThan(tail.length);
    }),
  );
});

test("cuts are made at line ends where there are any", () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const fitted = fitText(lines.join("\n"), 400).split("\n");
  expect(fitted[0]).toBe("line 0");
  expect(fitted.at(-1)).toBe("line 99");
  expect(fitted.filter((text) => !/^line \d+$|^\[…|^$/.test(text))).toEqual([]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { isWellFormed, toWellFormed } from "../test/well-formed.js";
import { checkJson, toStorableText } from "./json.js";

const limits = { maxBytes: 400, maxDepth: 4 };
const someText = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.constantFrom("\0", "\ud83d", "\ude00", "a"),
  ),
});

test("what is JSON and storable passes, equal to its round trip; what does not has one of four faults", () => {
  fc.assert(
    fc.property(
      fc.anything({ withSparseArray: true, withDate: true, withBigInt: true, withMap: true }),
      (value) => {
        const check = checkJson(value);
        if (check.ok) expect(check.value).toStrictEqual(JSON.parse(JSON.stringify(value)));
        else expect(["not_json", "too_deep", "too_large", "unstorable_text"]).toContain(check.problem.code);
      },
    ),
    { numRuns: 500 },
  );
});

test("all JSON within the limits passes", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary", maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      const check = checkJson(value, limits);
      const depth = depthOf(value);
      const storable = toStorableText(text) === text && !text.includes("\\u0000") && isWellFormed(text);
      if (storable && depth <= limits.maxDepth && utf8Length(text) <= limits.maxBytes)
        expect(check).toEqual({ ok: true, value: JSON.parse(text) });
      if (check.ok) {
        expect(depth).toBeLessThanOrEqual(limits.maxDepth);
        expect(utf8Length(text)).toBeLessThanOrEqual(limits.maxBytes);
      }
    }),
    { numRuns: 300 },
  );
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** Bytes in UTF-8, counted in another way than the code under test does. */
function utf8Length(text: string): number {
  return encodeURIComponent(text).replace(/%../g, "x").length;
}

test("storable text is well formed, without NUL, and as long as before", () => {
  fc.assert(
    fc.property(someText, (text) => {
      const storable = toStorableText(text);
      expect(storable).toBe(toWellFormed(text.replaceAll("\0", "\ufffd")));
      expect(toStorableText(storable)).toBe(storable);
      expect(checkJson(storable).ok).toBe(true);
      expect(checkJson(text).ok).toBe(storable === text);
    }),
  );
});

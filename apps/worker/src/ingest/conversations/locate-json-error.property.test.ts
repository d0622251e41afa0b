import fc from "fast-check";
import { expect, test } from "vitest";
import { locateJsonError } from "./locate-json-error.js";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const pretty = fc.json().chain((json) => fc.constantFrom(json, JSON.stringify(JSON.parse(json), null, 2)));

/** JSON in which a few characters are replaced by others that JSON is made of. */
const damaged = fc
  .tuple(
    pretty,
    fc.nat(),
    fc.nat(3),
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ue+-.019 \n\ttrfalsn\u0001é'), maxLength: 3 }),
  )
  .map(([json, at, length, inserted]) => {
    const start = at % (json.length + 1);
    return json.slice(0, start) + inserted + json.slice(start + length);
  });

test("a fault is found exactly where JSON.parse refuses a text", () => {
  fc.assert(
    fc.property(fc.oneof(pretty, damaged, fc.string()), (text) => {
      expect(locateJsonError(text) === null).toBe(isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

test("a fault is inside the text or at its end, and what stands before it can still become JSON", () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const fault = locateJsonError(text);
      if (fault === null) return;
      expect(fault.offset).toBeLessThanOrEqual(text.length);
      const before = text.slice(0, fault.offset);
      expect(fault.line).toBe(before.split("\n").length);
      // Cut off there, the only thing wrong with the text is that it breaks off.
      const cut = locateJsonError(before);
      expect(cut?.offset ?? before.length).toBe(before.length);
    }),
    { numRuns: 2_000 },
  );
});

test("a string of megabytes is no trouble", () => {
  expect(locateJsonError(`["${"x".repeat(5_000_000)}",]`)?.offset).toBe(5_000_004);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { isWellFormed } from "../../test/well-formed.js";
import { describeFailure, makeFailure, redact } from "./failure.js";

const base62 = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"];

function charactersOf(alphabet: readonly string[], minLength: number): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...alphabet), { minLength, maxLength: minLength + 30 })
    .map((characters) => characters.join(""));
}

const someKey = fc.oneof(
  fc.tuple(
    fc.constantFrom("sk-", "sk-ant-api03-", "sk-proj-", "gsk_", "xai-", "rk-", "hf_", "ghp_", "AIzaSy"),
    charactersOf(base62, 33),
  ),
  fc.tuple(fc.constant("AKIA"), charactersOf([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"], 16)),
);

const somePlace = fc.constantFrom(" ", "\n", '"', "'", "(", "key=", "?key=", "Bearer ", "api-key: ", "://u:");
const someText = fc.string({ unit: "binary", maxLength: 600 });

test("a key is hidden wherever it stands", () => {
  fc.assert(
    fc.property(someText, somePlace, someKey, someText, (before, place, [prefix, secret], after) => {
      expect(makeFailure("E", "e", `${before}${place}${prefix}${secret} ${after}`).message).not.toContain(
        secret,
      );
    }),
  );
});

test("what is redacted once stays as it is", () => {
  fc.assert(
    fc.property(someText, someKey, (text, key) => {
      const once = redact(text + key.join(""));
      expect(redact(once)).toBe(once);
    }),
  );
});

test("whatever is thrown becomes a short failure that a store can hold", () => {
  const thrown = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    }),
    someText.map((message) => new Error(message)),
    fc.record({ name: fc.anything(), message: fc.anything(), code: fc.anything() }).map((fields) => {
      return Object.assign(new Error("x"), fields);
    }),
  );
  fc.assert(
    fc.property(thrown, (error) => {
      const failure = describeFailure(error);
      expect(Object.keys(failure)).toEqual(["name", "code", "message"]);
      for (const text of Object.values(failure)) {
        expect(text.length).toBeLessThanOrEqual(500);
        expect(isWellFormed(text)).toBe(true);
        expect(text).not.toContain("\0");
      }
    }),
    { numRuns: 300 },
  );
});

function throwing(): never {
  throw new Error("read me not");
}

const bomb = Array.from({ length: 40 }).reduce<unknown>((inside) => [inside, inside], "boom");
const knot: Record<string, unknown> = {};
knot["self"] = knot;

test.each<[string, unknown]>([
  ["an error whose message throws", Object.defineProperty(new Error("x"), "message", { get: throwing })],
  ["an error whose code throws", Object.defineProperty(new Error("x"), "code", { get: throwing })],
  [
    "a proxy that throws at everything",
    new Proxy({}, { get: throwing, getPrototypeOf: throwing, has: throwing }),
  ],
  ["a proxy of an error", new Proxy(new Error("x"), { get: throwing })],
  ["a toJSON that throws", { toJSON: throwing }],
  ["a toString that throws", { toString: throwing, toJSON: () => undefined }],
  ["a cycle", knot],
  ["one part many times over", bomb],
  ["an object without a prototype", Object.create(null)],
])("%s becomes a failure like any other", (_, thrown) => {
  expect(describeFailure(thrown).message.length).toBeLessThanOrEqual(500);
});

test.each([
  ["spaces", " ".repeat(1_000_000)],
  ["an open label", `token${" ".repeat(1_000_000)}`],
  ["an open URL", `x://${"a".repeat(90)}:${"b".repeat(1_000_000)}`],
  ["many schemes", "a://b:".repeat(200_000)],
  ["many prefixes", "sk-".repeat(300_000)],
  ["many dots", `eyJ${"a".repeat(20)}${".".repeat(1_000_000)}`],
])("a message of a million characters is read in no time: %s", (_, text) => {
  // Nothing is measured: work that grows with the square of the length would run into the test's own limit.
  expect(makeFailure("E", "e", text).message.length).toBeLessThanOrEqual(500);
});

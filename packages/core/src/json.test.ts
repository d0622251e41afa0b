import { describe, expect, test } from "vitest";
import { checkJson, type JsonProblem, toStorableText } from "./json.js";

function problemOf(value: unknown, limits?: Parameters<typeof checkJson>[1]): JsonProblem | null {
  const check = checkJson(value, limits);
  return check.ok ? null : check.problem;
}

const roomy = { maxBytes: 1_000, maxDepth: 64 };

describe("JSON", () => {
  test.each([null, true, 0, -1.5, "", "text", [], {}, [1, [2, [3]]], { a: { b: null } }, "😀"])(
    "is %j",
    (value) => {
      expect(checkJson(value)).toEqual({ ok: true, value });
    },
  );

  test("is answered as JSON carries it: a copy, without what is left out", () => {
    const payload = { kept: [1], left: undefined, [Symbol("s")]: 1 };
    const check = checkJson(payload);
    expect(check).toStrictEqual({ ok: true, value: { kept: [1] } });
    if (check.ok) expect(check.value).not.toBe(payload);
  });

  test("may come from a prototype-less object", () => {
    expect(checkJson(Object.assign(Object.create(null), { a: 1 }))).toEqual({ ok: true, value: { a: 1 } });
  });
});

describe("not JSON, and said where", () => {
  test.each<[unknown, string]>([
    [undefined, "$"],
    [{ user: { tags: ["a", undefined] } }, "$.user.tags.1"],
    [{ at: new Date(0) }, "$.at"],
    [[1, new Map()], "$.1"],
    [{ n: Number.NaN }, "$.n"],
    [{ n: Number.POSITIVE_INFINITY }, "$.n"],
    [{ n: 1n }, "$.n"],
    [{ fine: 1, n: 1n, alsoFine: 1 }, "$.n"],
    [{ ["k".repeat(41)]: 1n }, `$.${"k".repeat(40)}`],
    [{ f: () => 1 }, "$.f"],
    [{ s: Symbol("s") }, "$.s"],
    [new (class Point {})(), "$"],
    [{ a: { toJSON: () => "lie" } }, "$.a"],
    [Object.create({ toJSON: () => "inherited" }), "$"],
    [new Object("boxed"), "$"],
  ])("%o", (value, path) => {
    expect(problemOf(value)).toMatchObject({ code: "not_json", path });
  });

  test("a hole in an array, which JSON would fill", () => {
    // biome-ignore lint/suspicious/noSparseArray: what the test is about
    expect(problemOf([1, , 3])).toMatchObject({ code: "not_json", path: "$.1" });
  });
});

test.each<[unknown, string]>([
  [[Number.NaN], "NaN is not JSON"],
  [[1n], "bigint is not JSON"],
  [new Date(0), "only plain objects are JSON"],
  ["\0", "contains NUL or half a surrogate pair, which Postgres cannot store"],
  [[[]], "nested deeper than allowed"],
])("the message for %o says what is wrong", (value, message) => {
  expect(problemOf(value, { ...roomy, maxDepth: 1 })?.message).toBe(message);
});

describe("text that Postgres cannot store", () => {
  test.each<[unknown, string]>([
    ["a\0b", "$"],
    [["\ud800"], "$.0"],
    [{ a: "\udc00\ud800" }, "$.a"],
    [{ "k\0": 1 }, "$.k\ufffd"],
  ])("%j is refused", (value, path) => {
    expect(problemOf(value)).toMatchObject({ code: "unstorable_text", path });
  });

  test("becomes U+FFFD where it must be kept", () => {
    expect(toStorableText("a\0b \ud800 \udc00 😀")).toBe("a\ufffdb \ufffd \ufffd 😀");
  });
});

describe("limits", () => {
  test("are of bytes in UTF-8", () => {
    expect(problemOf("é".repeat(499), roomy)).toBeNull();
    expect(problemOf("é".repeat(500), roomy)).toMatchObject({ code: "too_large", message: /1002 bytes/ });
    expect(problemOf("€".repeat(333), roomy)).toMatchObject({ code: "too_large" });
    expect(problemOf("😀".repeat(249), roomy)).toBeNull();
    expect(problemOf("😀".repeat(250), roomy)).toMatchObject({ code: "too_large" });
    expect(problemOf("\n".repeat(500), roomy)).toMatchObject({ code: "too_large" });
  });

  test("count every character as UTF-8 does", () => {
    const characters = ["\x7f", "\x80", "\u07ff", "\u0800", "\uffff", "\u{10000}", "😀"];
    const bytes = characters.map((character) => {
      const fits = (maxBytes: number) => problemOf(character, { maxBytes, maxDepth: 1 }) === null;
      return [3, 4, 5, 6, 7].find(fits);
    });
    expect(bytes).toEqual([3, 4, 4, 5, 5, 6, 6]); // two of them are quotes
  });

  test("are met by what has too many characters, keys included, before any JSON is made", () => {
    const message = "has more parts and characters than bytes allowed";
    expect(problemOf(["x".repeat(1_000)], roomy)).toEqual({ code: "too_large", path: "$", message });
    expect(problemOf({ ["k".repeat(999)]: 1 }, roomy)?.message).toBe(message);
    expect(problemOf({ ["k".repeat(998)]: 1 }, roomy)?.message).toBe(
      "1004 bytes of JSON are more than the 1000 allowed",
    );
  });

  test("are exact", () => {
    expect(problemOf("x".repeat(998), roomy)).toBeNull();
    expect(problemOf("x".repeat(999), roomy)).toMatchObject({ code: "too_large" });
    expect(
      problemOf(
        Array.from({ length: 500 }, () => 1),
        roomy,
      ),
    ).toMatchObject({ code: "too_large" });
  });

  test("are of depth: 64 unless told", () => {
    const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inside) => [inside], 1);
    expect(problemOf(nested(64))).toBeNull();
    expect(problemOf(nested(65))).toMatchObject({ code: "too_deep", path: `$${".0".repeat(64)}` });
    expect(problemOf([], { ...roomy, maxDepth: 0 })).toMatchObject({ code: "too_deep", path: "$" });
    expect(problemOf(nested(3), { ...roomy, maxDepth: 2 })).toMatchObject({
      code: "too_deep",
      path: "$.0.0",
    });
  });
});

function throwing(): never {
  throw new Error("read me not");
}

const knot: Record<string, unknown> = {};
knot["self"] = knot;
const bomb = Array.from({ length: 40 }).reduce<unknown>((inside) => [inside, inside], "boom");
const longText = "x".repeat(1_000_000);
const heavyBomb = Array.from({ length: 10_000 }, () => longText);
const unreadableError = Object.defineProperty(new Error("x"), "message", { get: throwing });

describe("never throws, whatever it is given", () => {
  test.each<[string, unknown, JsonProblem["code"]]>([
    ["a cycle", knot, "too_deep"],
    ["one part many times over", bomb, "too_large"],
    ["one long text many times over", heavyBomb, "too_large"],
    ["four thousand million holes", new Array(2 ** 32 - 1), "not_json"],
    ["a huge text", "x".repeat(50_000_000), "too_large"],
    ["a huge key", { ["k".repeat(5_000_000)]: 1 }, "too_large"],
    ["a getter that throws", Object.defineProperty({}, "a", { enumerable: true, get: throwing }), "not_json"],
    ["a proxy that throws", new Proxy({}, { ownKeys: throwing, getPrototypeOf: throwing }), "not_json"],
    ["a proxy that was revoked", revoked(), "not_json"],
    ["a hidden toJSON on an array", Object.defineProperty([], "toJSON", { value: throwing }), "not_json"],
    [
      "a hidden toJSON that answers nothing",
      Object.defineProperty([], "toJSON", { value: () => undefined }),
      "not_json",
    ],
    [
      "an error that cannot be read",
      {
        get a() {
          throw unreadableError;
        },
      },
      "not_json",
    ],
    [
      "a thrown proxy",
      {
        get a() {
          throw new Proxy({}, { getPrototypeOf: throwing });
        },
      },
      "not_json",
    ],
  ])("%s", (_, value, code) => {
    expect(problemOf(value)?.code).toBe(code);
  });

  function revoked(): object {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  }
});

test("what throws when it is read is said to be so", () => {
  const message = "cannot be read and written as JSON";
  const unreadable = Object.defineProperty({}, "a", { enumerable: true, get: throwing });
  expect(problemOf(unreadable)).toEqual({ code: "not_json", path: "$", message });
});

test("a getter that answers something else the second time gets nothing past the check", () => {
  const fickle = (...answers: unknown[]) => ({
    get a() {
      return answers.length > 1 ? answers.shift() : answers[0];
    },
  });
  expect(problemOf(fickle("fine", "\0"))).toMatchObject({ code: "unstorable_text", path: "$.a" });
  expect(checkJson(fickle(1, undefined))).toEqual({ ok: true, value: {} });
  expect(problemOf(fickle("fine", [[[["deep"]]]]), { ...roomy, maxDepth: 2 })).toMatchObject({
    code: "too_deep",
  });
});

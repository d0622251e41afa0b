import { describe, expect, test } from "vitest";
import { isWellFormed } from "../../test/well-formed.js";
import { describeFailure, makeFailure, redact } from "./failure.js";

/** Keys as their owners shape them, none of them real. */
const keys = {
  openai: "sk-proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z_Ab3dEf6h",
  "openai, old": "sk-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3dEf6hIj9kLm2n",
  anthropic: "sk-ant-api03-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z-Ab3dEf6h-AA",
  google: "AIzaSyAb3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z0",
  groq: "gsk_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3dEf6h",
  xai: "xai-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3dEf6h",
  huggingface: "hf_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z",
  github: "ghp_Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb3d",
  aws: "AKIAIOSFODNN7EXAMPLE",
  jwt: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
} as const;

describe.each(Object.entries(keys))("a key of %s", (_, key) => {
  test.each([
    ["bare", key],
    ["in a sentence", `Incorrect API key provided: ${key}. You can find your key in the console.`],
    ["in quotes", `{"error":"invalid key '${key}'"}`],
    ["in a header", `authorization: Bearer ${key}`],
    ["in a query", `GET https://api.example.com/v1/models?key=${key}&alt=sse failed`],
  ])("is hidden %s", (_place, text) => {
    expect(redact(text)).not.toContain(key.slice(4, 20));
    expect(redact(text)).toContain("[redacted]");
  });
});

test.each(Object.values(keys))("nothing of %s is left", (key) => {
  expect(redact(key)).toBe("[redacted]");
});

describe("a secret is hidden by its name, whatever its shape", () => {
  test.each([
    ["api-key: 0123456789abcdef0123456789abcdef", "0123456789"],
    ['{"apiKey":"q8h3/+kd93hd"}', "q8h3"],
    ["api key = q8h3kd93hd", "q8h3"],
    ["password=hunter22", "hunter"],
    ["client_secret: 's3cr3t-value'", "s3cr3t"],
    ["Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpw"],
    ["Authorization: Bearer ab+cd/ef012345678901234567890=", "ef0123"],
    ["proxy-authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpw"],
    ["refused the bearer abcdefghijklmn9", "abcdef"],
    ["refused token-9abcdefghijklmn", "abcdef"],
    ["refused key_abcdef.ghijk-lm_n9", "abcdef"],
  ])("%s", (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });
});

describe("a password in a URL is hidden, the rest is not", () => {
  test.each([
    ["postgres://sluice:hunter22@db.example.com:5432/app", "hunter22"],
    ["postgres://sluice:p@ss:w0rd@db.example.com/app", "w0rd"],
    ["postgres://sluice:pa/ss@db.example.com/app", "ss@"],
    ["cannot reach redis://:hunter22@cache:6379", "hunter22"],
  ])("%s", (text, password) => {
    expect(redact(text)).not.toContain(password);
    expect(redact(text)).toMatch(/@(db\.example\.com|cache)/);
  });

  test("a URL without one stays", () => {
    const text = "cannot reach http://localhost:11434/v1, see https://example.com/a@b";
    expect(redact(text)).toBe(text);
  });
});

test("ordinary words stay", () => {
  for (const text of [
    "the answer has 12 keywords, 5 are allowed",
    'duplicate key value violates unique constraint "jobs_pkey"',
    "429 Too Many Requests: tokens per minute (TPM): Limit 30000, Used 29000",
    "model gpt-5-mini is overloaded",
    "token authentication failed, the key understanding-of-it is missing",
  ])
    expect(redact(text)).toBe(text);
});

describe("a failure", () => {
  test("is what was thrown: its class, its code, its message", () => {
    const error = Object.assign(new TypeError("read failed"), { code: "ECONNRESET" });
    expect(describeFailure(error)).toEqual({ name: "TypeError", code: "ECONNRESET", message: "read failed" });
    expect(describeFailure(new Error("no code")).code).toBe("error");
    expect(describeFailure(Object.assign(new Error("x"), { code: 5 })).code).toBe("error");
  });

  test("may be of something that is no error", () => {
    const messages = ["text", 42, undefined, null, Symbol("s"), 7n, { a: 1 }].map(
      (thrown) => describeFailure(thrown).message,
    );
    expect(messages).toEqual(["text", "42", "undefined", "null", "Symbol(s)", "7", '{"a":1}']);
    expect(describeFailure("text")).toMatchObject({ name: "Thrown", code: "thrown" });
  });

  test("says so when what was thrown cannot be read or shown", () => {
    const knot: Record<string, unknown> = {};
    knot["self"] = knot;
    const hostile = Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw knot;
      },
    });
    expect([knot, hostile].map(describeFailure)).toEqual([
      { name: "Thrown", code: "thrown", message: "an object that cannot be shown" },
      { name: "Thrown", code: "thrown", message: "an error that cannot be read" },
    ]);
  });

  test("of an error with a cause is the error itself", () => {
    const message = (error: object) =>
      describeFailure(Object.assign(new Error("outer", { cause: new Error("inner") }), error)).message;
    expect([message({}), message({ query: "of a URL" }), message({ params: {} })]).toEqual([
      "outer",
      "outer",
      "outer",
    ]);
  });

  test("is made of the first 10,000 characters, whatever is hidden in them", () => {
    const { message } = makeFailure("E", "e", `token=${"x".repeat(9_993)} unread`);
    expect(message).toBe("token=[redacted]");
  });

  test("is one line", () => {
    expect(makeFailure("E", "e", "  first\n\n  second\t third ").message).toBe("first second third");
  });

  test("is cut to 500 characters, and never through a surrogate pair", () => {
    expect(makeFailure("E", "e", "x".repeat(500)).message).toBe("x".repeat(500));
    const { message } = makeFailure("E", "e", `${"x".repeat(498)}😀😀`);
    expect(message).toHaveLength(500);
    expect(isWellFormed(message)).toBe(true);
    expect(message.endsWith("…")).toBe(true);
  });

  test("has a short name and code", () => {
    const { name, code } = makeFailure("N".repeat(99), "c\0".repeat(99), "m");
    expect(name).toHaveLength(80);
    expect(code).toHaveLength(80);
    expect(code).not.toContain("\0");
  });

  test("is no way to have a key printed as name or code", () => {
    const failure = makeFailure(keys.openai, keys.anthropic, "m");
    expect(JSON.stringify(failure)).not.toMatch(/Ab3dEf6h/);
  });
});

test("a query builder's error shows what the driver said, never the statement and its values", () => {
  const driver = Object.assign(new Error("duplicate key value violates unique constraint"), {
    code: "23505",
  });
  const failed = Object.assign(
    new Error("Failed query: insert … params: the whole document", { cause: driver }),
    {
      query: "insert …",
      params: ["the whole document"],
    },
  );
  expect(describeFailure(failed)).toEqual({
    name: "Error",
    code: "23505",
    message: "duplicate key value violates unique constraint",
  });
});

test("a query builder's error without what the driver said shows its own message", () => {
  const failed = Object.assign(new Error("no connection"), { query: "select 1", params: [] });
  expect(describeFailure(failed).message).toBe("no connection");
});
